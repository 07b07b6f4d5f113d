/// Kernels of a plan to CUDA C++: what fills the holes of the templates in `cuda-kernels`, and how
/// they are launched. Text in, text out; no device is needed.
///
/// [KernelLowering] is the way in: one exhaustive switch over the kinds of kernels.
package io.gatun.engine.cuda.lowering;
