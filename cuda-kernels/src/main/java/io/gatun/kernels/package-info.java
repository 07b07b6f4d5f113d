/// The hand-written CUDA kernels: their sources, as they lie in the jar.
package io.gatun.kernels;
