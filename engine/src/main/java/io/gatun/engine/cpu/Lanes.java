package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Var;
import java.util.Optional;
import java.util.stream.LongStream;

/// How consecutive values of one loop variable fill registers: `vectors` registers of `width` lanes
/// from the variable's bound value on. In the last register only `last` lanes count. With no
/// variable everything is scalar.
record Lanes(Optional<Var> variable, int width, int vectors, int last) {
  static final Lanes SCALAR = new Lanes(Optional.empty(), 1, 1, 1);

  /// Registers all of whose lanes count.
  static Lanes full(Var variable, int width, int vectors) {
    return new Lanes(Optional.of(variable), width, vectors, width);
  }

  /// As many registers as `count` values fill.
  static Lanes of(Var variable, int width, int count) {
    int vectors = Math.ceilDiv(count, width);
    return new Lanes(Optional.of(variable), width, vectors, count - (vectors - 1) * width);
  }

  boolean isAlong(Var v) {
    return variable.isPresent() && variable.get().equals(v);
  }

  /// The lanes of vector `u` that count, where not all do.
  Optional<Ssa> mask(int u) {
    if (u < vectors - 1 || last == width) return Optional.empty();
    return Optional.of(Ir.vector("i1", LongStream.range(0, width).map(i -> i < last ? 1 : 0)));
  }
}
