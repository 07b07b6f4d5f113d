/// CUDA kernels, the driver interface they are launched through, and the virtual GPU that runs
/// their PTX where there is no hardware.
module io.gatun.kernels {
  exports io.gatun.cuda;
  exports io.gatun.ptx;
  exports io.gatun.kernels;
}
