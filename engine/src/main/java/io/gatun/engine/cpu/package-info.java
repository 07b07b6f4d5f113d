/// The CPU device: threads, and kernels compiled by LLVM.
package io.gatun.engine.cpu;
