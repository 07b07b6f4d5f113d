package io.gatun.graph.kernel;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.stream.Stream;

/// One instruction of a scalar program.
public sealed interface ExprOp {
  /// A number; for integer types its long value.
  record Number(double value) implements ExprOp {}

  /// Element `offset` of the kernel's buffer `buffer`. Where a bound fails nothing is read and the
  /// value is unspecified: a [Choose] above discards it.
  record Load(int buffer, Index offset, List<Bound> bounds) implements ExprOp {}

  /// The value of an index.
  record OfIndex(Index index) implements ExprOp {}

  /// `bool`: all bounds hold.
  record Within(List<Bound> bounds) implements ExprOp {}

  /// [Unary] on one argument.
  record Un(Unary.Kind kind) implements ExprOp {}

  /// [Binary] on two arguments of equal type.
  record Bin(Binary.Kind kind) implements ExprOp {}

  /// `arguments[0] ? arguments[1] : arguments[2]`
  record Choose() implements ExprOp {}

  /// Conversion to the expression's type, as in `ir.Cast`.
  record Convert() implements ExprOp {}

  /// Element `index` of a [Random] array; arguments key and counter.
  record Draw(Random.Kind kind, Index index) implements ExprOp {}

  /// The result of fold number `fold` of a [LoopKernel], or the accumulated sum of a
  /// [ContractKernel] (number 0).
  record Folded(int fold) implements ExprOp {}

  /// Type of the result of a load, number or index must be given; others follow from arguments.
  static DType resultType(ExprOp op, List<Expr> arguments) {
    return switch (op) {
      case Un _ -> arguments.getFirst().dtype();
      case Bin(var kind) -> kind.isComparison() ? DType.BOOL : arguments.getFirst().dtype();
      case Choose() -> arguments.get(1).dtype();
      case Within _ -> DType.BOOL;
      case Draw(var kind, _) -> kind == Random.Kind.BITS ? DType.I32 : DType.F32;
      case Number _, Load _, OfIndex _, Convert(), Folded _ ->
          throw new IllegalArgumentException("type of " + op + " must be given");
    };
  }

  /// The indices in the operation itself (not in its arguments).
  static List<Index> indices(ExprOp op) {
    return switch (op) {
      case Load(_, Index offset, List<Bound> bounds) ->
          Stream.concat(Stream.of(offset), bounds.stream().map(Bound::index)).toList();
      case OfIndex(Index index) -> List.of(index);
      case Within(List<Bound> bounds) -> bounds.stream().map(Bound::index).toList();
      case Draw(_, Index index) -> List.of(index);
      case Number _, Un _, Bin _, Choose _, Convert _, Folded _ -> List.of();
    };
  }
}
