package io.gatun.kernels;

/// What the kernels of a test are compiled by and for. Tests run with nvcc's for the architectures
/// that they name; [KernelMatrixTest] binds others.
record KernelTarget(Compiler compiler, int architecture) {
  /// Who makes PTX of the sources.
  enum Compiler {
    NVCC,
    NVRTC
  }

  /// Of the tests that run within.
  static final ScopedValue<KernelTarget> CURRENT = ScopedValue.newInstance();

  static Compiler currentCompiler() {
    return CURRENT.isBound() ? CURRENT.get().compiler : Compiler.NVCC;
  }

  /// The bound architecture, or this one where none is bound.
  static int architectureOr(int otherwise) {
    return CURRENT.isBound() ? CURRENT.get().architecture : otherwise;
  }

  @Override
  public String toString() {
    return compiler + " sm_" + architecture;
  }
}
