package io.gatun.graph.kernel;

import io.gatun.graph.ir.Reduce;

/// A reduction of `value` over the inner variables of a [LoopKernel]. For `ARGMAX` and `ARGMIN` the
/// result is the least inner position (row-major over the inner variables) of the extreme value.
public record Fold(Reduce.Kind kind, Expr value) {}
