package io.gatun.kernels;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.stream.Stream;

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

  /// Both compilers for each architecture whose PTX the virtual GPU takes.
  static Stream<KernelTarget> all() {
    return Arrays.stream(Compiler.values())
        .flatMap(compiler -> Stream.of(80, 90, 100).map(a -> new KernelTarget(compiler, a)));
  }

  static Compiler currentCompiler() {
    return CURRENT.isBound() ? CURRENT.get().compiler : Compiler.NVCC;
  }

  /// The bound architecture, or this one where none is bound.
  static int architectureOr(int otherwise) {
    return CURRENT.isBound() ? CURRENT.get().architecture : otherwise;
  }

  /// Skips the test, and says so, where NVRTC is meant and absent; that nvcc is, shows when it is
  /// started.
  void assumeCompiler() {
    assumeTrue(
        compiler != Compiler.NVRTC || Nvrtc.find().isPresent(),
        "NVRTC is not found, so what it makes of the kernels is not tested: install the CUDA"
            + " toolkit, or name the folder of libnvrtc.so in GATUN_NATIVE_PATH");
  }

  @Override
  public String toString() {
    return compiler + " sm_" + architecture;
  }
}
