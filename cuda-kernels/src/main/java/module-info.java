/// CUDA kernels and the virtual GPU that runs their PTX; both arrive with the CUDA device.
module io.gatun.kernels {}
