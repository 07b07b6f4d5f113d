/// Panama bindings made by jextract, one package a library, and the loader that opens the
/// libraries.
module io.gatun.bindings {
  exports io.gatun.bindings;
  exports io.gatun.bindings.llvm;
  exports io.gatun.bindings.onednn;
  exports io.gatun.bindings.cuda;
  exports io.gatun.bindings.nvrtc;
  exports io.gatun.bindings.cublas;
  exports io.gatun.bindings.cublaslt;
  exports io.gatun.bindings.cudnn;
  exports io.gatun.bindings.nccl;
}
