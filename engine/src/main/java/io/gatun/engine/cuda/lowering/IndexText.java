package io.gatun.engine.cuda.lowering;

import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Writes indices as C++ expressions of the type `Index`. Divisions of what is never negative go
/// through the type `Unsigned`: by a constant that is a multiplication and a shift.
///
/// @param variable the C++ name of a variable; `0` where it stands still
/// @param loaded the C++ name of a value read from memory
record IndexText(Function<Var, String> variable, Function<Expr, String> loaded) {

  /// The value of an index.
  String of(Index index) {
    var text = new StringBuilder();
    index
        .terms()
        .forEach(
            (atom, factor) -> {
              String value = atom(atom);
              if (value.equals("0")) return;
              if (!text.isEmpty()) text.append(factor < 0 ? " - " : " + ");
              else if (factor < 0) text.append('-');
              if (Math.abs(factor) != 1) text.append(Math.abs(factor)).append(" * ");
              text.append(value);
            });
    long constant = index.constant();
    if (text.isEmpty()) return Long.toString(constant);
    if (constant != 0) text.append(constant < 0 ? " - " : " + ").append(Math.abs(constant));
    return text.toString();
  }

  private String atom(Index.Atom atom) {
    return switch (atom) {
      case Var v -> variable.apply(v);
      case Index.Div(Index of, long by) -> divided(of, "/", "floor_div", by);
      case Index.Mod(Index of, long by) -> divided(of, "%", "floor_mod", by);
      case Index.Loaded(Expr value, long limit) ->
          "clamp_index<Index>(%s, %d)".formatted(loaded.apply(value), limit);
    };
  }

  private String divided(Index of, String operator, String function, long by) {
    String dividend = of(of);
    if (dividend.equals("0")) return "0";
    return of.min() >= 0
        ? "(Index)((Unsigned)(%s) %s %du)".formatted(dividend, operator, by)
        : "%s<Index>(%s, %d)".formatted(function, dividend, by);
  }

  /// The condition that all bounds hold; `true` where that is certain.
  String within(List<Bound> bounds) {
    var conditions = new ArrayList<String>();
    for (Bound bound : bounds) {
      if (bound.isCertain()) continue;
      if (bound.limit() <= 0) return "false";
      Index index = bound.index();
      String value = of(index);
      boolean low = index.min() < 0;
      boolean high = index.max() >= bound.limit();
      if (low && high) conditions.add("(Unsigned)(%s) < %du".formatted(value, bound.limit()));
      else if (low) conditions.add("%s >= 0".formatted(value));
      else if (high) conditions.add("%s < %d".formatted(value, bound.limit()));
      if (!index.mod(bound.multiple()).equals(Index.ZERO)) {
        conditions.add("(%s) %% %d == 0".formatted(value, bound.multiple()));
      }
    }
    return conditions.isEmpty() ? "true" : String.join(" && ", conditions);
  }
}
