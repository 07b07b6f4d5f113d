/// The CUDA driver API as Gatun uses it: one interface, [io.gatun.cuda.CudaDriver], which the real
/// driver (over the bindings, in the engine) and the virtual GPU both implement.
package io.gatun.cuda;
