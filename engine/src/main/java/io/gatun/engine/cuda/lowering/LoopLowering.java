package io.gatun.engine.cuda.lowering;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Fold;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Lowers loops with folds to the templates `loop_rows.cu` and `loop_columns.cu`: writes the stages
/// and chooses the shape by [LoopShape].
final class LoopLowering {
  private final LoopKernel kernel;
  private final Buffers buffers;
  private final Walk walk;
  private final Runs outer;
  private final Runs inner;
  private final LoopShape shape;
  private final StringBuilder hole = new StringBuilder();

  LoopLowering(LoopKernel kernel, Buffers buffers, DeviceShape device) {
    this.kernel = kernel;
    this.buffers = buffers;
    var stores = new ArrayList<>(kernel.finals());
    kernel.stages().forEach(s -> stores.addAll(s.stores()));
    var folds = new ArrayList<Expr>();
    kernel.stages().forEach(s -> s.folds().forEach(f -> folds.add(f.value())));
    walk = Walk.from(stores, folds);
    outer = Runs.of(kernel.outer(), walk.indices());
    inner = Runs.of(kernel.inner(), walk.indices());
    shape = LoopShape.of(kernel, walk, outer, inner, device);
  }

  Lowered lower() {
    String sizes =
        buffers.declarations(outer.points() * inner.points(), shape.splits() > 1)
            + "constexpr Index OUTER = %d, INNER = %d;\n".formatted(outer.points(), inner.points())
            + "constexpr int SPLITS = %d, %s = %d;\n"
                .formatted(shape.splits(), shape.constant(), shape.size());
    var unit = SourceText.unit(shape.templates(), sizes + program(), shape.entries());
    return new Lowered(unit, shape.launches(outer.points()), workspaceBytes(), shape.splits() > 1);
  }

  /// What the templates want that does not depend on the sizes.
  String program() {
    outer();
    line("struct Folds {");
    int fold = 0;
    for (var stage : kernel.stages()) {
      for (Fold f : stage.folds()) line("  %s f%d;", type(f), fold++);
    }
    line("};");
    fold = 0;
    for (int s = 0; s < kernel.stages().size(); s++) {
      stage(s, kernel.stages().get(s), fold);
      fold += kernel.stages().get(s).folds().size();
    }
    line(
        "#define STAGES %s",
        IntStream.range(0, kernel.stages().size())
            .mapToObj(s -> "Stage" + s)
            .collect(Collectors.joining(", ")));
    finals();
    return hole.toString();
  }

  private void line(String format, Object... values) {
    hole.append(values.length == 0 ? format : format.formatted(values)).append('\n');
  }

  private long workspaceBytes() {
    if (shape.splits() == 1) return 0;
    // An accumulator takes at most a value and a position, both padded to 8 bytes.
    long stage = 16L * kernel.stages().getFirst().folds().size();
    return stage * shape.splits() * outer.points();
  }

  private void outer() {
    line("struct Outer {");
    for (Var v : outer.variables()) line("  Index %s;", v.name());
    line("};");
    line("DEVICE Outer outer_of(Index at) {");
    hole.append(outer.declarations("at", "  "));
    line(
        "  return {%s};",
        outer.variables().stream().map(Var::name).collect(Collectors.joining(", ")));
    line("}");
  }

  // --- names

  private String ofOuter(Var variable) {
    return outer.variables().contains(variable) ? "outer." + variable.name() : "0";
  }

  private String ofAll(Var variable) {
    return inner.variables().contains(variable) ? variable.name() : ofOuter(variable);
  }

  private Program program(Function<Var, String> variable, String indent) {
    var program = new Program(buffers, walk, Program.Lanes.ONE, variable, indent);
    for (Expr expr : walk.exprs()) {
      if (expr.op() instanceof ExprOp.Folded(int fold)) {
        program.bind(expr, "folds.f" + fold);
      }
    }
    return program;
  }

  private static boolean isPosition(Fold fold) {
    return switch (fold.kind()) {
      case ARGMAX, ARGMIN -> true;
      case SUM, PROD, MAX, MIN -> false;
    };
  }

  private static String type(Fold fold) {
    return isPosition(fold) ? "int" : CudaTypes.value(fold.value().dtype());
  }

  private static String accumulator(Fold fold) {
    String value = CudaTypes.accumulator(fold.value().dtype());
    return isPosition(fold) ? "Best<" + value + ">" : value;
  }

  private static String identity(Fold fold) {
    var dtype = fold.value().dtype();
    double value = fold.kind().identity(dtype);
    String number =
        dtype == DType.BOOL
            ? Integer.toString((int) value)
            : dtype == DType.I64 && value > 0x1p62
                ? "9223372036854775807LL"
                : CudaTypes.literal(dtype, value);
    return isPosition(fold) ? "{" + number + ", NOWHERE}" : number;
  }

  // --- stages

  private void stage(int number, LoopKernel.Stage stage, int first) {
    var given = new ArrayList<Expr>();
    String body = body(stage, first, given);
    line("struct Stage%d {", number);
    line("  static constexpr bool HAS_FOLDS = %s;", !stage.folds().isEmpty());
    for (int i = 0; i < stage.folds().size(); i++) {
      line("  %s f%d;", accumulator(stage.folds().get(i)), first + i);
    }
    given(given);
    line(
        "  static DEVICE Stage%d identity() { return {%s}; }",
        number,
        stage.folds().stream().map(LoopLowering::identity).collect(Collectors.joining(", ")));
    hole.append(body);
    exchange(number, stage, first);
    line("};");
  }

  /// What does not depend on the inner variables is computed once, before the walk.
  private void given(List<Expr> given) {
    line("  struct Given {");
    for (Expr e : given) line("    %s e%d;", CudaTypes.value(e.dtype()), e.id());
    line("    DEVICE Given(const Buffers& buffers, const Outer& outer, const Folds& folds) {");
    var program = program(this::ofOuter, "      ");
    var names = given.stream().map(program::value).toList();
    hole.append(program.text());
    for (int i = 0; i < names.size(); i++) {
      line("      this->e%d = %s;", given.get(i).id(), names.get(i));
    }
    line("    }");
    line("  };");
  }

  private String body(LoopKernel.Stage stage, int first, List<Expr> given) {
    var text = new StringBuilder();
    text.append(
        "  DEVICE void take(const Buffers& buffers, const Outer& outer, const Folds& folds,\n");
    text.append("                  const Given& given, Index at) {\n");
    text.append(inner.declarations("at", "    "));
    var roots = new ArrayList<>(stage.folds().stream().map(Fold::value).toList());
    stage.stores().forEach(s -> roots.add(s.value()));
    var program = program(this::ofAll, "    ");
    for (Expr expr : invariants(Walk.from(stage.stores(), roots))) {
      given.add(expr);
      program.bind(expr, "given.e" + expr.id());
    }
    var folds = new StringBuilder();
    for (int i = 0; i < stage.folds().size(); i++) {
      Fold fold = stage.folds().get(i);
      String value = program.value(fold.value());
      String element =
          isPosition(fold)
              ? accumulator(fold) + "{" + value + ", (int)at}"
              : fold.value().dtype() == DType.BOOL ? "(int)" + value : value;
      folds.append(
          "    f%d = fold_%s(f%d, %s);\n"
              .formatted(first + i, fold.kind().text(), first + i, element));
    }
    program.stores(stage.stores());
    return text.append(program.text()).append(folds).append("  }\n").toString();
  }

  /// Values that are worth keeping: no inner variable goes into them, but their users vary.
  private List<Expr> invariants(Walk stage) {
    // An empty walk reads nothing, perhaps because there is nothing to read.
    if (inner.points() == 0) return List.of();
    return stage.exprs().stream().filter(this::isInvariant).filter(e -> isKept(e, stage)).toList();
  }

  private boolean isInvariant(Expr expr) {
    return !expr.anyVar(kernel.inner()::contains)
        && !(expr.op() instanceof ExprOp.Number)
        && !(expr.op() instanceof ExprOp.Folded);
  }

  private boolean isKept(Expr expr, Walk stage) {
    boolean isRoot = stage.uses(expr) > 0;
    for (Expr user : stage.exprs()) {
      if (!user.arguments().contains(expr)) continue;
      isRoot = false;
      if (!isInvariant(user)) return true;
    }
    return isRoot;
  }

  private void exchange(int number, LoopKernel.Stage stage, int first) {
    line("  DEVICE void merge(const Stage%d& other) {", number);
    for (int i = 0; i < stage.folds().size(); i++) {
      int f = first + i;
      line("    f%d = fold_%s(f%d, other.f%d);", f, stage.folds().get(i).kind().text(), f, f);
    }
    line("  }");
    line(
        "  DEVICE Stage%d shuffled(int mask) const { return {%s}; }",
        number,
        IntStream.range(first, first + stage.folds().size())
            .mapToObj(f -> "shuffle(f" + f + ", mask)")
            .collect(Collectors.joining(", ")));
    line("  DEVICE void finish(Folds& folds) const {");
    for (int i = 0; i < stage.folds().size(); i++) {
      Fold fold = stage.folds().get(i);
      var dtype = fold.value().dtype();
      String result = "f" + (first + i);
      String value =
          isPosition(fold)
              ? "place_of(" + result + ")"
              : dtype == DType.BOOL ? result + " != 0" : CudaTypes.wrapped(dtype, result);
      line("    folds.f%d = %s;", first + i, value);
    }
    line("  }");
  }

  private void finals() {
    line("DEVICE void finals(const Buffers& buffers, const Outer& outer, const Folds& folds) {");
    var program = program(this::ofOuter, "  ");
    List<Store> stores = kernel.finals();
    program.stores(stores);
    hole.append(program.text());
    line("}");
  }
}
