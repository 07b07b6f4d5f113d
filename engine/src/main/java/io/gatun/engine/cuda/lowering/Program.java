package io.gatun.engine.cuda.lowering;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Random;
import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Writes scalar programs as C++ statements, each value once, in single-assignment form. A program
/// computes one point, or several neighbours along one variable (lanes): then values that do not
/// depend on it are computed once, and arrays that lie along it are moved whole.
final class Program {
  private record Lane(Expr expr, int lane) {}

  private final Buffers buffers;
  private final Walk walk;
  private final Lanes lanes;
  private final Function<Var, String> variable;
  private final String indent;
  private final StringBuilder text = new StringBuilder();
  private final Map<Object, String> names = new HashMap<>();
  private Optional<IntFunction<String>> sum = Optional.empty();

  /// Neighbouring points: `count` of them along `variable`, from a multiple of `count` on.
  ///
  /// @param variable not used where `count` is 1
  record Lanes(Var variable, int count) {
    /// A single point.
    static final Lanes ONE = new Lanes(new Var(-1, "none", 1), 1);
  }

  /// A program at the variables that these names give.
  Program(Buffers buffers, Walk walk, Lanes lanes, Function<Var, String> variable, String indent) {
    this.buffers = buffers;
    this.walk = walk;
    this.lanes = lanes;
    this.variable = variable;
    this.indent = indent;
  }

  /// From here on an expression is known under a name that has been given elsewhere.
  void bind(Expr expr, String name) {
    names.put(expr, name);
  }

  /// From here on fold 0 has a value of its own in each lane, under these names.
  void bindSum(IntFunction<String> name) {
    sum = Optional.of(name);
  }

  /// The statements so far.
  String text() {
    return text.toString();
  }

  /// Writes stores; all values are computed before the first is written.
  void stores(List<Store> stores) {
    for (Store store : stores) {
      for (int lane = 0; lane < lanes.count; lane++) value(store.value(), lane);
    }
    stores.forEach(this::store);
  }

  private void store(Store store) {
    var dtype = store.value().dtype();
    if (lanes.count > 1 && buffers.isVector(store.buffer(), store.offset(), lanes)) {
      var elements = new ArrayList<String>();
      for (int lane = 0; lane < lanes.count; lane++) {
        elements.add(CudaTypes.toMemory(dtype, value(store.value(), lane)));
      }
      line(
          "store_lanes<%s, %d>(%s + (%s), {%s});"
              .formatted(
                  CudaTypes.memory(dtype),
                  lanes.count,
                  Buffers.name(store.buffer()),
                  index(store.offset(), 0),
                  String.join(", ", elements)));
      return;
    }
    int count = isSame(store.offset()) ? 1 : lanes.count;
    for (int lane = 0; lane < count; lane++) {
      String value = CudaTypes.toMemory(dtype, value(store.value(), lane));
      line(
          "%s = %s;"
              .formatted(buffers.element(store.buffer(), index(store.offset(), lane)), value));
    }
  }

  private boolean isSame(Index index) {
    return lanes.count == 1
        || !index.anyVar(lanes.variable::equals) && index.loaded().stream().noneMatch(this::varies);
  }

  /// The name of a value at the first point.
  String value(Expr expr) {
    return value(expr, 0);
  }

  /// The name of a value, or the literal of a number.
  private String value(Expr expr, int lane) {
    if (expr.op() instanceof ExprOp.Number(double number)) {
      return CudaTypes.literal(expr.dtype(), number);
    }
    boolean varies = varies(expr);
    Object key = varies ? new Lane(expr, lane) : expr;
    String known = names.get(key);
    if (known != null) return known;
    String name = "e" + expr.id() + (varies ? "_" + lane : "");
    int at = varies ? lane : 0;
    if (expr.op() instanceof ExprOp.Load load) load(expr, load, name, at, varies);
    else define(expr, name, computed(expr, at, varies));
    names.put(key, name);
    return name;
  }

  private boolean varies(Expr expr) {
    return lanes.count > 1
        && (expr.anyVar(lanes.variable::equals) || sum.isPresent() && expr.usesFold());
  }

  private void define(Expr expr, String name, String value) {
    line("const %s %s = %s;".formatted(CudaTypes.value(expr.dtype()), name, value));
  }

  private void line(String line) {
    text.append(indent).append(line).append('\n');
  }

  // --- indices

  String index(Index index) {
    return index(index, 0);
  }

  private String index(Index index, int lane) {
    return indices(lane).of(index);
  }

  private IndexText indices(int lane) {
    return new IndexText(
        v -> {
          String name = variable.apply(v);
          return lane > 0 && v.equals(lanes.variable) ? "(" + name + " + " + lane + ")" : name;
        },
        e -> value(e, lane));
  }

  // --- loads

  private void load(Expr expr, ExprOp.Load load, String name, int lane, boolean varies) {
    var dtype = expr.dtype();
    boolean isVector =
        varies
            && load.bounds().stream().allMatch(b -> isSame(b.index()))
            && buffers.isVector(load.buffer(), load.offset(), lanes);
    if (isVector) {
      String pack = pack(expr, load);
      define(expr, name, CudaTypes.fromMemory(dtype, pack + ".at[" + lane + "]"));
      return;
    }
    String element = buffers.element(load.buffer(), index(load.offset(), lane));
    guarded(expr, load.bounds(), name, CudaTypes.fromMemory(dtype, element), lane);
  }

  private void guarded(Expr expr, List<Bound> bounds, String name, String value, int lane) {
    String condition = indices(lane).within(bounds);
    if (condition.equals("true")) {
      define(expr, name, value);
      return;
    }
    line(
        "%s %s = %s;"
            .formatted(CudaTypes.value(expr.dtype()), name, CudaTypes.literal(expr.dtype(), 0)));
    line("if (%s) %s = %s;".formatted(condition, name, value));
  }

  /// The name of the elements that all lanes load.
  private String pack(Expr expr, ExprOp.Load load) {
    String name = "v" + expr.id();
    if (names.putIfAbsent(load, name) != null) return name;
    String type = CudaTypes.memory(expr.dtype());
    String read =
        "load_lanes<%s, %d>(%s + (%s))"
            .formatted(type, lanes.count, Buffers.name(load.buffer()), index(load.offset(), 0));
    String condition = indices(0).within(load.bounds());
    if (condition.equals("true")) {
      line("const auto %s = %s;".formatted(name, read));
    } else {
      line("Lanes<%s, %d> %s = {};".formatted(type, lanes.count, name));
      line("if (%s) %s = %s;".formatted(condition, name, read));
    }
    return name;
  }

  // --- operations

  private String computed(Expr expr, int lane, boolean varies) {
    return switch (expr.op()) {
      case ExprOp.Number _, ExprOp.Load _ -> throw new IllegalStateException("handled before");
      case ExprOp.OfIndex(Index index) -> ofIndex(expr, index(index, lane));
      case ExprOp.Within(List<Bound> bounds) -> indices(lane).within(bounds);
      case ExprOp.Un(var kind) ->
          new Arithmetic(expr.dtype()).unary(kind, value(expr.argument(0), lane));
      case ExprOp.Bin(var kind) -> binary(expr, kind, lane);
      case ExprOp.Choose() ->
          "%s ? %s : %s"
              .formatted(
                  value(expr.argument(0), lane),
                  value(expr.argument(1), lane),
                  value(expr.argument(2), lane));
      case ExprOp.Convert() -> {
        Expr from = expr.argument(0);
        yield Conversion.of(value(from, lane), from.dtype(), expr.dtype());
      }
      case ExprOp.Draw(var kind, Index index) -> draw(expr, kind, index, lane, varies);
      case ExprOp.Folded(int fold) ->
          CudaTypes.wrapped(
              expr.dtype(),
              sum.orElseThrow(() -> new IllegalStateException("fold " + fold + " has no name"))
                  .apply(lane));
    };
  }

  private static String ofIndex(Expr expr, String index) {
    var dtype = expr.dtype();
    return switch (dtype) {
      case F32, F64, I64, I32 -> "(" + CudaTypes.value(dtype) + ")(" + index + ")";
      case F16, BF16, I16, I8, U8, BOOL ->
          Conversion.of("(long long)(" + index + ")", DType.I64, dtype);
    };
  }

  private String binary(Expr expr, Binary.Kind kind, int lane) {
    Expr a = expr.argument(0);
    Expr b = expr.argument(1);
    var arithmetic = new Arithmetic(a.dtype());
    if (expr.dtype().isFloat() && (kind == Binary.Kind.ADD || kind == Binary.Kind.SUB)) {
      boolean isSum = kind == Binary.Kind.ADD;
      if (isProduct(a)) {
        String c = value(b, lane);
        return arithmetic.multiplyAdd(
            value(a.argument(0), lane), value(a.argument(1), lane), isSum ? c : "-" + c);
      }
      if (isProduct(b)) {
        String factor = value(b.argument(0), lane);
        return arithmetic.multiplyAdd(
            isSum ? factor : "-" + factor, value(b.argument(1), lane), value(a, lane));
      }
    }
    return arithmetic.binary(kind, value(a, lane), value(b, lane));
  }

  /// True for a product that nothing else wants: it goes into a sum with one rounding.
  private boolean isProduct(Expr expr) {
    return expr.op() instanceof ExprOp.Bin(var kind)
        && kind == Binary.Kind.MUL
        && walk.uses(expr) == 1
        && !names.containsKey(expr);
  }

  private String draw(Expr expr, Random.Kind kind, Index at, int lane, boolean varies) {
    String key = value(expr.argument(0), lane);
    String counter = value(expr.argument(1), lane);
    boolean isBlock = varies && lanes.count % 4 == 0 && Buffers.isAligned(at, lanes);
    String word;
    if (isBlock) {
      String block = "p" + expr.id() + "_" + lane / 4;
      if (names.putIfAbsent(block, block) == null) {
        line(
            "const Philox %s = philox(%s, %s + ((long long)(%s) >> 2));"
                .formatted(block, key, counter, index(at, lane / 4 * 4)));
      }
      word = block + ".word[" + lane % 4 + "]";
    } else {
      word = "random_word(%s, %s, %s)".formatted(key, counter, index(at, lane));
    }
    return switch (kind) {
      case BITS -> "(int)" + word;
      case UNIFORM -> "uniform(" + word + ")";
    };
  }
}
