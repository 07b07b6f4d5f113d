package io.gatun.engine.cpu;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Exprs;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.Optional;

/// An operand in `i32` that is bytes less a zero point: `i32(q) - zero`, or 0 where a window
/// reaches beyond its image, which is the same as the byte `zero` there.
///
/// @param expr the operand
/// @param dtype type of the bytes
/// @param zero in `i32`, within the range of the bytes, the same for all of `k`
/// @param flips whether the bytes are packed with their highest bit flipped: as unsigned ones 128
/// greater, or as signed ones 128 less
record ByteOperand(Expr expr, DType dtype, Optional<Expr> zero, boolean flips) {

  private record Form(DType dtype, Optional<Expr> zero) {}

  /// This operand as bytes that are packed as `packed`, if it has the form.
  ///
  /// @param packed `U8` or `I8`
  static Optional<ByteOperand> of(Expr operand, DType packed, List<Var> k) {
    return form(operand)
        .filter(f -> f.zero.stream().noneMatch(z -> z.anyVar(k::contains)))
        .map(f -> new ByteOperand(operand, f.dtype, f.zero, f.dtype != packed));
  }

  private static Optional<Form> form(Expr expr) {
    return switch (expr.op()) {
      case ExprOp.Convert() -> {
        var from = expr.argument(0).dtype();
        boolean isByte = from == DType.U8 || from == DType.I8;
        yield isByte ? Optional.of(new Form(from, Optional.empty())) : Optional.empty();
      }
      case ExprOp.Bin(var kind) when kind == Binary.Kind.SUB ->
          form(expr.argument(0))
              .filter(f -> f.zero.isEmpty())
              .flatMap(
                  f -> zero(expr.argument(1), f.dtype).map(z -> new Form(f.dtype, Optional.of(z))));
      case ExprOp.Choose() ->
          expr.argument(2).op().equals(new ExprOp.Number(0))
              ? form(expr.argument(1))
              : Optional.empty();
      case ExprOp _ -> Optional.empty();
    };
  }

  /// A zero point that is itself a byte. One for the whole array is read under the bounds of the
  /// window that it is for; it is there without them.
  private static Optional<Expr> zero(Expr expr, DType dtype) {
    if (expr.op() instanceof ExprOp.Number(double value)) {
      return dtype.saturate(value) == value ? Optional.of(expr) : Optional.empty();
    }
    if (!(expr.op() instanceof ExprOp.Convert) || expr.argument(0).dtype() != dtype) {
      return Optional.empty();
    }
    if (!(expr.argument(0).op() instanceof ExprOp.Load(int buffer, Index offset, var bounds))
        || bounds.isEmpty()) {
      return Optional.of(expr);
    }
    if (!offset.isConstant()) return Optional.empty();
    var exprs = new Exprs();
    var load = exprs.add(new ExprOp.Load(buffer, offset, List.of()), List.of(), dtype);
    return Optional.of(exprs.add(new ExprOp.Convert(), List.of(load), DType.I32));
  }

  /// What the packed bytes stand too high by: the zero point, with the flipped bit.
  ///
  /// @param zero the value of the zero point, where there is one
  Optional<Ssa> excess(Ir ir, Optional<Ssa> zero, int lanes) {
    int flipped = flips ? dtype == DType.I8 ? 128 : -128 : 0;
    if (zero.isEmpty()) {
      return flips ? Optional.of(Ir.integer("i32", lanes, flipped)) : Optional.empty();
    }
    return Optional.of(flips ? ir.binary("add", zero.get(), flipped) : zero.get());
  }

  /// Whether packed bytes stand for something else than themselves.
  boolean isShifted() {
    return flips || zero.isPresent();
  }

  /// The packed bytes in the lanes of register `u`.
  Ssa packed(TableFunction f, int u) {
    Ssa value = bytes(f, expr, u);
    return flips ? f.ir.binary("xor", value, -128) : value;
  }

  private Ssa bytes(TableFunction f, Expr part, int u) {
    return switch (part.op()) {
      case ExprOp.Convert() -> f.exprs.vector(part.argument(0), u);
      case ExprOp.Bin _ -> bytes(f, part.argument(0), u);
      case ExprOp.Choose() -> {
        Ssa inside = f.exprs.vector(part.argument(0), u);
        Ssa byteThere = bytes(f, part.argument(1), u);
        Ssa outside =
            zero.map(z -> f.ir.convert("trunc", f.exprs.vector(z, u), "i8"))
                .orElse(Ir.integer(byteThere, 0));
        yield f.ir.select(inside, byteThere, outside);
      }
      case ExprOp _ -> throw new IllegalStateException("no bytes: " + part.op());
    };
  }
}
