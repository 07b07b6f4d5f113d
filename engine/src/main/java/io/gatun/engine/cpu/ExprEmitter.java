package io.gatun.engine.cpu;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes scalar programs as LLVM IR over the lanes of a [Lanes]. Values that all lanes share stay
/// scalars; every value is placed in the outermost frame of the [Scope] that its variables allow.
///
/// The caller binds the loop variables in the scope, and folds by their number: to a vector under
/// [FoldVector] for each register, or to a scalar under the number itself.
final class ExprEmitter {
  /// Name in the scope of register `vector` of a fold that differs between lanes.
  record FoldVector(int fold, int vector) {}

  private record VectorOf(Expr expr, int vector) {}

  private record Splat(Expr expr, int lanes) {}

  private record Scale(Expr divisor) {}

  private record Reciprocal(Expr divisor) {}

  private record Traits(int depth, boolean varies) {}

  private final Ir ir;
  private final Scope scope;
  private final List<Ssa> pointers;
  private final IndexEmitter indices;
  private final MemoryEmitter memory;
  private final Map<Expr, Traits> traits = new HashMap<>();
  private final Map<Expr, RowBuffer> rows = new HashMap<>();
  private final Map<Integer, Boolean> foldVaries = new HashMap<>();
  private Lanes lanes = Lanes.SCALAR;
  private long version = -1;

  /// Expressions over buffers at these addresses.
  ExprEmitter(Ir ir, Scope scope, List<Ssa> pointers) {
    this.ir = ir;
    this.scope = scope;
    this.pointers = List.copyOf(pointers);
    indices = new IndexEmitter(ir, scope, this);
    memory = new MemoryEmitter(ir, scope, this, indices);
  }

  Lanes lanes() {
    return lanes;
  }

  IndexEmitter indices() {
    return indices;
  }

  Ssa pointer(int buffer) {
    return pointers.get(buffer);
  }

  /// Changes what the lanes run along from here on.
  void use(Lanes lanes) {
    this.lanes = lanes;
    traits.clear();
  }

  /// Binds the result of a fold that all lanes share.
  void bindFold(int fold, Ssa value) {
    foldVaries.put(fold, false);
    scope.bind(fold, value);
  }

  /// Binds the results of a fold, one register for each vector of the lanes.
  void bindFold(int fold, List<Ssa> vectors) {
    foldVaries.put(fold, true);
    scope.bind(fold, vectors.getFirst());
    for (int u = 0; u < vectors.size(); u++) scope.bind(new FoldVector(fold, u), vectors.get(u));
  }

  /// From here on reads the values of `expr` back from a row in memory.
  void readFrom(Expr expr, RowBuffer row) {
    rows.put(expr, row);
    traits.clear();
  }

  /// True after [#readFrom] for this expression.
  boolean isRead(Expr expr) {
    return rows.containsKey(expr);
  }

  void forgetRows() {
    rows.clear();
    traits.clear();
  }

  int depth(Expr expr) {
    return traits(expr).depth;
  }

  /// True when the value differs between lanes.
  boolean varies(Expr expr) {
    return traits(expr).varies;
  }

  private Traits traits(Expr expr) {
    if (version != scope.version()) {
      traits.clear();
      version = scope.version();
    }
    Traits known = traits.get(expr);
    if (known == null) {
      known = derive(expr);
      traits.put(expr, known);
    }
    return known;
  }

  private Traits derive(Expr expr) {
    if (rows.containsKey(expr)) return new Traits(scope.depth(), true);
    Traits own =
        switch (expr.op()) {
          case ExprOp.Load(_, Index offset, List<Bound> bounds) -> join(of(offset), of(bounds));
          case ExprOp.OfIndex(Index index) -> of(index);
          case ExprOp.Draw(_, Index index) -> of(index);
          case ExprOp.Within(List<Bound> bounds) -> of(bounds);
          case ExprOp.Folded(int fold) -> new Traits(scope.depth(fold), foldVaries.get(fold));
          case ExprOp.Number _, ExprOp.Un _, ExprOp.Bin _, ExprOp.Choose _, ExprOp.Convert _ ->
              new Traits(0, false);
        };
    for (Expr argument : expr.arguments()) own = join(own, traits(argument));
    return own;
  }

  private Traits of(Index index) {
    return new Traits(indices.depth(index), indices.varies(index));
  }

  private Traits of(List<Bound> bounds) {
    return bounds.stream()
        .filter(b -> !b.isCertain())
        .map(b -> of(b.index()))
        .reduce(new Traits(0, false), ExprEmitter::join);
  }

  private static Traits join(Traits a, Traits b) {
    return new Traits(Math.max(a.depth, b.depth), a.varies || b.varies);
  }

  /// The value in vector `u`, or the scalar that all lanes share.
  Ssa value(Expr expr, int u) {
    if (expr.op() instanceof ExprOp.Number(double value)) {
      return Registers.constant(expr.dtype(), 1, value);
    }
    Traits traits = traits(expr);
    Object key = traits.varies ? new VectorOf(expr, u) : expr;
    return scope.known(traits.depth, key, () -> compute(expr, u));
  }

  /// The value in all lanes of vector `u`.
  Ssa vector(Expr expr, int u) {
    return operand(expr, u, lanes.width());
  }

  private Ssa operand(Expr expr, int u, int width) {
    Ssa value = value(expr, u);
    if (value.lanes() == width) return value;
    return scope.known(depth(expr), new Splat(expr, width), () -> ir.splat(value, width));
  }

  private Ssa compute(Expr expr, int u) {
    if (rows.containsKey(expr)) return rows.get(expr).read(ir, this, u);
    int width = traits(expr).varies ? lanes.width() : 1;
    return switch (expr.op()) {
      case ExprOp.Number _ -> throw new IllegalStateException("a number is an operand");
      case ExprOp.Load load -> memory.load(load, expr.dtype(), u);
      case ExprOp.OfIndex(Index index) -> {
        Ssa at = width == 1 ? indices.scalar(index) : indices.vector(index, u);
        DType type = at.element().equals("i32") ? DType.I32 : DType.I64;
        yield Registers.convert(ir, at, type, expr.dtype());
      }
      case ExprOp.Within(List<Bound> bounds) ->
          indices.within(bounds, u).orElse(Ir.integer("i1", width, 1));
      case ExprOp.Un(var kind) -> {
        Expr x = expr.argument(0);
        // A quotient that is rounded to an integer decides between two by its last bit.
        boolean isExact = kind == Unary.Kind.ROUND && isDivisionByFold(x);
        Ssa value = isExact ? binary(Binary.Kind.DIV, x, u, width) : operand(x, u, width);
        yield new Arithmetic(ir, expr.dtype()).unary(kind, value);
      }
      case ExprOp.Bin _ when isDivisionByFold(expr) -> divideByFold(expr, u, width);
      case ExprOp.Bin(var kind) -> binary(kind, expr, u, width);
      case ExprOp.Choose() ->
          ir.select(
              operand(expr.argument(0), u, width),
              operand(expr.argument(1), u, width),
              operand(expr.argument(2), u, width));
      case ExprOp.Convert() -> {
        Expr from = expr.argument(0);
        yield Registers.convert(ir, operand(from, u, width), from.dtype(), expr.dtype());
      }
      case ExprOp.Draw(var kind, Index index) ->
          Philox.draw(
              ir, kind, value(expr.argument(0), u), value(expr.argument(1), u), this, index, u);
      case ExprOp.Folded(int fold) ->
          scope.value(foldVaries.get(fold) ? new FoldVector(fold, u) : fold);
    };
  }

  private Ssa binary(Binary.Kind kind, Expr expr, int u, int width) {
    Ssa x = operand(expr.argument(0), u, width);
    Ssa y = operand(expr.argument(1), u, width);
    return new Arithmetic(ir, expr.argument(0).dtype()).binary(kind, x, y);
  }

  /// True for a float divided, in all lanes, by what a fold gave: the sum of a softmax.
  private boolean isDivisionByFold(Expr division) {
    if (!division.op().equals(new ExprOp.Bin(Binary.Kind.DIV))) return false;
    Expr divisor = division.argument(1);
    return Registers.register(division.dtype()).equals("float")
        && varies(division)
        && !varies(divisor)
        && divisor.usesFold();
  }

  /// `x * (1 / (s * 2^k)) * 2^k` within 2 ulp, the division done once; k keeps the reciprocal of a
  /// very large or small `s` in range.
  private Ssa divideByFold(Expr division, int u, int width) {
    Expr divisor = division.argument(1);
    int depth = depth(divisor);
    Ssa s = value(divisor, u);
    Ssa scale = scope.known(depth, new Scale(divisor), () -> scale(s));
    Ssa reciprocal =
        scope.known(
            depth,
            new Reciprocal(divisor),
            () -> ir.binary("fdiv", Ir.number(s, 1), ir.binary("fmul", s, scale)));
    Ssa x = operand(division.argument(0), u, width);
    return ir.binary(
        "fmul", ir.binary("fmul", x, ir.splat(reciprocal, width)), ir.splat(scale, width));
  }

  private Ssa scale(Ssa s) {
    Ssa magnitude = ir.intrinsic("fabs", s);
    Ssa isSmall = ir.binary("fcmp olt", magnitude, Ir.number(s, 0x1p-64));
    Ssa isLarge = ir.binary("fcmp ogt", magnitude, Ir.number(s, 0x1p64));
    Ssa usual = ir.select(isLarge, Ir.number(s, 0x1p-64), Ir.number(s, 1));
    return ir.select(isSmall, Ir.number(s, 0x1p64), usual);
  }

  /// Writes one store for vector `u`; `nontemporal` wants an address that is a multiple of 64.
  void store(Store store, int u, boolean nontemporal) {
    memory.store(store, u, nontemporal);
  }

  /// Fetches what [#store] will write for vector `u`, where that is one piece of memory.
  void prefetch(Store store, int u) {
    memory.prefetch(store, u);
  }

  /// The lanes of vector `u` that count, where not all do.
  Optional<Ssa> mask(int u) {
    return lanes.mask(u);
  }
}
