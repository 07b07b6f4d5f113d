package io.gatun.engine.cuda.compile;

import io.gatun.cuda.Architecture;
import io.gatun.engine.EngineException;
import java.util.List;

/// Compiles CUDA C++ to PTX or to machine code. May be used by several threads at once.
///
/// The language is C++17 without the standard library's headers and without those of CUDA. Floating
/// point follows IEEE 754 as written: no contraction of `a * b + c`, exact division and square
/// root, subnormal numbers kept. PTX keeps the lines of the source (`.loc`).
public interface KernelCompiler {
  /// The options that make floating point do as it is told; the same for every compiler.
  List<String> FLOATING_POINT =
      List.of("--fmad=false", "--prec-div=true", "--prec-sqrt=true", "--ftz=false");

  /// Name and version, `nvcc 13.0.88`: what it makes is cached under it.
  String version();

  /// The code of a source for devices of this architecture.
  ///
  /// @throws EngineException when the source does not compile, with the compiler's messages
  byte[] compile(KernelSource source, Architecture architecture, Code code);

  /// The PTX of a source.
  ///
  /// @throws EngineException when the source does not compile, with the compiler's messages
  default byte[] compile(KernelSource source, Architecture architecture) {
    return compile(source, architecture, Code.PTX);
  }
}
