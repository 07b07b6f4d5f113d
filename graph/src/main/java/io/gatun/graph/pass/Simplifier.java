package io.gatun.graph.pass;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import java.util.Optional;

/// A builder that adds the simplest node it knows of the same value. The rules look at an operation
/// and its operands' operations only, and every operand is simple already, so that they recurse a
/// few steps at most.
final class Simplifier {
  /// Operations on constants of up to this many elements are evaluated at once.
  private static final long SMALL = 16;

  private final GraphBuilder builder;

  Simplifier(GraphBuilder builder) {
    this.builder = builder;
  }

  Node add(Op op, Node... operands) {
    return add(op, List.of(operands));
  }

  Node add(Op op, List<Node> operands) {
    return folded(op, operands)
        .or(() -> simpler(op, operands))
        .orElseGet(() -> builder.add(op, operands));
  }

  /// The constant `value`, stretched to `shape`.
  Node splat(DType dtype, double value, Shape shape) {
    return splat(Literal.scalar(dtype, value), shape);
  }

  Node splat(Literal scalar, Shape shape) {
    return add(new Broadcast(shape), builder.add(new Constant(scalar)));
  }

  /// `x` under this shape.
  Node reshape(Node x, List<Integer> dims) {
    return add(new Reshape(new Shape(dims)), x);
  }

  private Optional<Node> folded(Op op, List<Node> operands) {
    for (Node operand : operands) {
      if (!(operand.op() instanceof Constant) || operand.type().size() > SMALL) {
        return Optional.empty();
      }
    }
    // The result of these is no larger than a small multiple of the operands.
    return switch (op.pattern()) {
      case MAP, REDUCE ->
          op instanceof Pad || op instanceof Windows || op instanceof Random
              ? Optional.empty()
              : FoldConstants.fold(builder, op, operands);
      case SOURCE, CONTRACT, LIBRARY -> Optional.empty();
    };
  }

  private Optional<Node> simpler(Op op, List<Node> operands) {
    return switch (op) {
      case Unary(var kind) ->
          ArithmeticRules.unary(this, kind, operands.getFirst())
              .or(() -> BroadcastRules.elementwise(this, op, operands));
      case Binary(var kind) ->
          ArithmeticRules.binary(this, kind, operands.get(0), operands.get(1))
              .or(() -> BroadcastRules.elementwise(this, op, operands));
      case Select() ->
          ArithmeticRules.select(this, operands)
              .or(() -> BroadcastRules.elementwise(this, op, operands));
      case Cast(var to) ->
          ArithmeticRules.cast(this, to, operands.getFirst())
              .or(() -> BroadcastRules.elementwise(this, op, operands));
      case Broadcast broadcast -> BroadcastRules.broadcast(this, broadcast, operands.getFirst());
      case Reshape reshape ->
          MovementRules.reshape(this, reshape, operands.getFirst())
              .or(() -> BroadcastRules.reshape(this, reshape, operands.getFirst()))
              .or(() -> GatherRules.reshape(this, reshape, operands.getFirst()));
      case Transpose transpose ->
          MovementRules.transpose(this, transpose, operands.getFirst())
              .or(() -> BroadcastRules.transpose(this, transpose, operands.getFirst()))
              .or(() -> GatherRules.transpose(this, transpose, operands.getFirst()));
      case Slice slice ->
          MovementRules.slice(this, slice, operands.getFirst())
              .or(() -> BroadcastRules.slice(this, slice, operands.getFirst()));
      case Reverse reverse ->
          MovementRules.reverse(this, reverse, operands.getFirst())
              .or(() -> BroadcastRules.reverse(this, reverse, operands.getFirst()));
      case Pad pad -> MovementRules.pad(this, pad, operands.getFirst());
      case Concat concat -> MovementRules.concat(this, concat, operands);
      case Reduce reduce -> ReduceRules.reduce(this, reduce, operands.getFirst());
      case Windows windows -> WindowRules.windows(this, windows, operands.getFirst());
      case FoldWindows fold -> WindowRules.fold(this, fold, operands.getFirst());
      case Input _, Constant _, Iota _, Random _ -> Optional.empty();
      case MatMul _, Conv _, ConvGradInput _, ConvGradFilter _ -> Optional.empty();
      case ScatterAdd scatter -> GatherRules.scatter(this, scatter, operands);
      case Gather _, ArgSort _, Scan _, Composite _ -> Optional.empty();
    };
  }
}
