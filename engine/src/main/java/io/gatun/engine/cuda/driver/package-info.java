/// The real GPU: [io.gatun.cuda.CudaDriver] over the bindings, the compiler NVRTC, and the
/// libraries cuBLASLt and cuDNN. Every result is checked; a failure names the call, what was asked
/// and the cure.
package io.gatun.engine.cuda.driver;
