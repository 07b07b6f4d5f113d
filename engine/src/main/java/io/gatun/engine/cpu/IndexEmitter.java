package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/// Writes index expressions and bounds as integer arithmetic: scalars in `i64`, vectors in `i32`
/// where every part fits.
final class IndexEmitter {
  private record VectorKey(Index index, int vector, String element) {}

  private record MaskKey(List<Bound> bounds, int vector) {}

  /// Bounds that are known to hold, or not to, in the code being written.
  private record Assumption(List<Bound> bounds, boolean holds) {}

  private final Ir ir;
  private final Scope scope;
  private final ExprEmitter exprs;
  private Optional<Assumption> assumption = Optional.empty();

  IndexEmitter(Ir ir, Scope scope, ExprEmitter exprs) {
    this.ir = ir;
    this.scope = scope;
    this.exprs = exprs;
  }

  /// Depth of the innermost frame that the index needs.
  int depth(Index index) {
    int depth = 0;
    for (var atom : index.terms().keySet()) depth = Math.max(depth, depth(atom));
    return depth;
  }

  private int depth(Index.Atom atom) {
    return switch (atom) {
      case Var v -> scope.depth(v);
      case Index.Div(Index of, _) -> depth(of);
      case Index.Mod(Index of, _) -> depth(of);
      case Index.Loaded(Expr value, _) -> exprs.depth(value);
    };
  }

  /// True when the index differs between lanes.
  boolean varies(Index index) {
    return index.terms().keySet().stream().anyMatch(this::varies);
  }

  private boolean varies(Index.Atom atom) {
    return switch (atom) {
      case Var v -> exprs.lanes().isAlong(v);
      case Index.Div(Index of, _) -> varies(of);
      case Index.Mod(Index of, _) -> varies(of);
      case Index.Loaded(Expr value, _) -> exprs.varies(value);
    };
  }

  /// The distance between neighbouring lanes where that is the same everywhere.
  Optional<Long> stride(Index index) {
    long stride = 0;
    for (var term : index.terms().entrySet()) {
      if (!varies(term.getKey())) continue;
      if (!(term.getKey() instanceof Var)) return Optional.empty();
      stride += term.getValue();
    }
    return Optional.of(stride);
  }

  /// The index in lane 0 as `i64`, summed from the outermost term inwards.
  Ssa scalar(Index index) {
    var terms =
        index.terms().entrySet().stream()
            .sorted(Comparator.comparingInt(t -> depth(t.getKey())))
            .toList();
    Index sum = Index.of(index.constant());
    Ssa value = Ir.i64(index.constant());
    for (var term : terms) {
      boolean first = sum.equals(Index.ZERO);
      Index part = new Index(0, Map.of(term.getKey(), term.getValue()));
      sum = sum.plus(part);
      Ssa before = value;
      value =
          scope.known(
              depth(sum),
              sum,
              () -> {
                Ssa atom = scalar(term.getKey());
                Ssa product =
                    term.getValue() == 1 ? atom : ir.binary("mul nsw", atom, term.getValue());
                return first ? product : ir.binary("add nsw", product, before);
              });
    }
    return value;
  }

  private Ssa scalar(Index.Atom atom) {
    return switch (atom) {
      case Var v -> scope.value(v);
      case Index.Div(Index of, long by) -> divide(scalar(of), of, by);
      case Index.Mod(Index of, long by) -> remainder(scalar(of), of, by);
      case Index.Loaded(Expr value, long limit) -> loaded(exprs.value(value, 0), value, limit);
    };
  }

  /// The index in every lane of vector `u`.
  Ssa vector(Index index, int u) {
    return vector(index, u, fits(index) ? "i32" : "i64");
  }

  Ssa vector(Index index, int u, String element) {
    return scope.known(
        depth(index), new VectorKey(index, u, element), () -> sum(index, u, element));
  }

  private Ssa sum(Index index, int u, String element) {
    var lanes = exprs.lanes();
    Index linear = Index.of(index.constant());
    long stride = 0;
    for (var term : index.terms().entrySet()) {
      var atom = term.getKey();
      if (atom instanceof Var v && lanes.isAlong(v)) stride += term.getValue();
      if (atom instanceof Var || !varies(atom)) {
        linear = linear.plus(new Index(0, Map.of(atom, term.getValue())));
      }
    }
    Ssa start = scalar(linear);
    if (element.equals("i32")) start = ir.convert("trunc", start, "i32");
    Ssa sum = ir.splat(start, lanes.width());
    if (stride != 0) sum = ir.binary("add", sum, steps(stride, u, element));
    for (var term : index.terms().entrySet()) {
      var atom = term.getKey();
      if (atom instanceof Var || !varies(atom)) continue;
      Ssa value = vector(atom, u, element);
      sum = ir.binary("add", sum, ir.binary("mul", value, term.getValue()));
    }
    return sum;
  }

  /// `stride * lane` for the lanes of vector `u`.
  Ssa steps(long stride, int u, String element) {
    int width = exprs.lanes().width();
    return Ir.vector(element, LongStream.range(0, width).map(i -> stride * (u * width + i)));
  }

  private Ssa vector(Index.Atom atom, int u, String element) {
    return switch (atom) {
      case Var _ -> throw new IllegalStateException("linear: " + atom);
      case Index.Div(Index of, long by) -> divide(vector(of, u, element), of, by);
      case Index.Mod(Index of, long by) -> remainder(vector(of, u, element), of, by);
      case Index.Loaded(Expr value, long limit) -> {
        Ssa index = loaded(exprs.value(value, u), value, limit);
        yield element.equals("i32") ? ir.convert("trunc", index, "i32") : index;
      }
    };
  }

  /// Rounds down; `of` tells the range of the dividend.
  private Ssa divide(Ssa x, Index of, long by) {
    if (of.min() >= 0) return ir.binary("udiv", x, by);
    if (Long.bitCount(by) == 1) return ir.binary("ashr", x, Long.numberOfTrailingZeros(by));
    Ssa isNegative = ir.binary("icmp slt", ir.binary("srem", x, by), 0);
    return ir.binary("add", ir.binary("sdiv", x, by), ir.convert("sext", isNegative, x.element()));
  }

  private Ssa remainder(Ssa x, Index of, long by) {
    if (Long.bitCount(by) == 1) return ir.binary("and", x, by - 1);
    if (of.min() >= 0) return ir.binary("urem", x, by);
    Ssa rest = ir.binary("srem", x, by);
    return ir.select(ir.binary("icmp slt", rest, 0), ir.binary("add", rest, by), rest);
  }

  private Ssa loaded(Ssa value, Expr expr, long limit) {
    Ssa wide = Registers.convert(ir, value, expr.dtype(), DType.I64);
    wide =
        ir.call(
            "llvm.smin." + wide.suffix(),
            "i64",
            wide.lanes(),
            "",
            wide,
            Ir.integer(wide, limit - 1));
    return ir.call(
        "llvm.smax." + wide.suffix(), "i64", wide.lanes(), "", wide, Ir.integer(wide, 0));
  }

  /// True when no part of the index can leave the range of `i32`.
  static boolean fits(Index index) {
    long reach = Math.abs(index.constant());
    for (var term : index.terms().entrySet()) {
      var atom = term.getKey();
      boolean inner =
          switch (atom) {
            case Var _, Index.Loaded _ -> true;
            case Index.Div(Index of, long by) -> by < Integer.MAX_VALUE && fits(of);
            case Index.Mod(Index of, long by) -> by < Integer.MAX_VALUE && fits(of);
          };
      if (!inner || Math.abs(term.getValue()) > Integer.MAX_VALUE) return false;
      reach += Math.abs(term.getValue()) * Math.max(Math.abs(atom.min()), Math.abs(atom.max()));
      if (reach < 0 || reach >= Integer.MAX_VALUE - 4096) return false;
    }
    return reach < Integer.MAX_VALUE - 4096;
  }

  /// Whether all bounds hold, as a scalar where lanes agree, else for vector `u`; empty when they
  /// always do.
  Optional<Ssa> within(List<Bound> bounds, int u) {
    if (assumption.isPresent() && assumption.get().bounds.equals(bounds)) {
      return assumption.get().holds ? Optional.empty() : Optional.of(Ir.integer("i1", 1, 0));
    }
    var open = bounds.stream().filter(b -> !b.isCertain()).toList();
    if (open.isEmpty()) return Optional.empty();
    var same = open.stream().filter(b -> !varies(b.index())).toList();
    var differing = open.stream().filter(b -> varies(b.index())).toList();
    Optional<Ssa> scalar = same.isEmpty() ? Optional.empty() : Optional.of(all(same, 0));
    if (differing.isEmpty()) return scalar;
    Ssa vector = all(differing, u);
    return Optional.of(
        scalar.isEmpty()
            ? vector
            : ir.binary("and", ir.splat(scalar.get(), vector.lanes()), vector));
  }

  /// Writes `body` as it is where these bounds hold, or where they do not.
  void assuming(List<Bound> bounds, boolean hold, Runnable body) {
    assumption = Optional.of(new Assumption(bounds, hold));
    body.run();
    assumption = Optional.empty();
  }

  private Ssa all(List<Bound> bounds, int u) {
    int depth = bounds.stream().mapToInt(b -> depth(b.index())).max().orElse(0);
    return scope.known(
        depth,
        new MaskKey(bounds, u),
        () -> bounds.stream().map(b -> one(b, u)).reduce((a, b) -> ir.binary("and", a, b)).get());
  }

  private Ssa one(Bound bound, int u) {
    Ssa at = varies(bound.index()) ? vector(bound.index(), u) : scalar(bound.index());
    long most = at.element().equals("i32") ? Integer.MAX_VALUE : Long.MAX_VALUE;
    Ssa inside = ir.binary("icmp ult", at, Math.min(most, bound.limit()));
    if (bound.multiple() <= 1) return inside;
    Ssa rest = ir.binary("urem", at, bound.multiple());
    return ir.binary("and", inside, ir.binary("icmp eq", rest, 0));
  }
}
