package io.gatun.engine.cpu;

import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.engine.cpu.llvm.MatrixTiles;

/// How a machine adds up products of bytes in `i32`.
public enum ByteDot {
  /// Not at all: bytes are widened and multiplied as `i32`.
  NONE,

  /// Four products to each lane of a vector register: VNNI.
  VECTOR,

  /// Blocks of rows by blocks of columns in tile registers: AMX.
  TILE;

  /// The best that this processor has for registers of that size.
  public static ByteDot of(HostCpu cpu, int vectorBytes) {
    boolean has = hasVector(cpu, vectorBytes);
    return !has ? NONE : vectorBytes == 64 && MatrixTiles.allowed(cpu) ? TILE : VECTOR;
  }

  private static boolean hasVector(HostCpu cpu, int vectorBytes) {
    return vectorBytes == 64
        ? cpu.has("avx512vnni")
        : vectorBytes == 32 && (cpu.has("avxvnni") || cpu.has("avx512vnni") && cpu.has("avx512vl"));
  }

  /// `sum[i] + unsigned[4i] * signed[4i] + .. + unsigned[4i + 3] * signed[4i + 3]`, exactly, for
  /// bytes in registers of `i32`.
  static Ssa multiplyAdd(Ir ir, Ssa sum, Ssa unsigned, Ssa signed) {
    String name = "llvm.x86.avx512.vpdpbusd." + 32 * sum.lanes();
    return ir.call(name, "i32", sum.lanes(), "", sum, unsigned, signed);
  }
}
