package io.gatun.graph.kernel;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Prints kernels for golden tests and for people.
public final class KernelText {
  private final StringBuilder text = new StringBuilder();

  private KernelText() {}

  public static String print(Kernel kernel) {
    var printer = new KernelText();
    printer.buffers(kernel);
    switch (kernel) {
      case LoopKernel k -> printer.loop(k);
      case LoopsKernel k -> k.loops().forEach(loop -> printer.text.append(print(loop)));
      case ContractKernel k -> printer.contract(k);
      case ScatterKernel k -> printer.scatter(k);
      case SortKernel k -> printer.sort(k);
      case ScanKernel k -> printer.line(k.scan().text());
      case ReferenceKernel k -> k.nodes().forEach(n -> printer.line("reference " + n.op().text()));
    }
    return printer.text.toString();
  }

  private void buffers(Kernel kernel) {
    for (int i = 0; i < kernel.buffers().size(); i++) {
      var node = kernel.buffers().get(i);
      line(
          "b%d = %s:%s%s"
              .formatted(i, node, node.type(), kernel.written().contains(i) ? " written" : ""));
    }
  }

  private void loop(LoopKernel kernel) {
    line("for " + variables(kernel.outer()));
    int fold = 0;
    for (var stage : kernel.stages()) {
      line("stage " + variables(kernel.inner()));
      var program = new TreeMap<Integer, Expr>();
      stage.folds().forEach(f -> collect(f.value(), program));
      stage.stores().forEach(s -> collect(s.value(), program));
      program.values().forEach(this::expression);
      for (Fold f : stage.folds()) {
        line("  f%d = %s %s".formatted(fold++, f.kind().text(), f.value()));
      }
      stage.stores().forEach(this::store);
    }
    stores("finally", kernel.finals());
  }

  private void contract(ContractKernel kernel) {
    line("batch " + variables(kernel.batch()));
    line("m " + variables(kernel.m()));
    line("n " + variables(kernel.n()));
    line("k " + variables(kernel.k()));
    var program = new TreeMap<Integer, Expr>();
    collect(kernel.a(), program);
    collect(kernel.b(), program);
    program.values().forEach(this::expression);
    line("  f0 = sum %s * %s".formatted(kernel.a(), kernel.b()));
    stores("epilogue", kernel.stores());
  }

  private void scatter(ScatterKernel kernel) {
    line("outer " + variables(kernel.outer()));
    line("row " + variables(List.of(kernel.row())));
    line("points " + variables(kernel.points()));
    line("inner " + variables(kernel.inner()));
    var program = new TreeMap<Integer, Expr>();
    for (Expr e : List.of(kernel.base(), kernel.index(), kernel.update())) collect(e, program);
    program.values().forEach(this::expression);
    line("  b%d[%s] = %s".formatted(kernel.target(), kernel.offset(), kernel.base()));
    line("  at row [%s] += %s".formatted(kernel.index(), kernel.update()));
  }

  private void sort(SortKernel kernel) {
    line("for " + variables(kernel.outer()));
    line("sort " + variables(kernel.inner()));
    var program = new TreeMap<Integer, Expr>();
    collect(kernel.key(), program);
    program.values().forEach(this::expression);
    boolean isWhole = kernel.count() == ContractKernel.size(kernel.inner());
    String order =
        (kernel.descending() ? "descending " : "")
            + (isWhole ? "" : "first " + kernel.count() + " ");
    line("  b%d[%s] = %s%s".formatted(kernel.target(), kernel.offset(), order, kernel.key()));
  }

  private void stores(String title, List<Store> stores) {
    if (stores.isEmpty()) return;
    line(title);
    var program = new TreeMap<Integer, Expr>();
    stores.forEach(s -> collect(s.value(), program));
    program.values().forEach(this::expression);
    stores.forEach(this::store);
  }

  private static void collect(Expr expr, TreeMap<Integer, Expr> program) {
    if (program.put(expr.id(), expr) == null) expr.arguments().forEach(a -> collect(a, program));
  }

  private void expression(Expr expr) {
    line("  %s:%s = %s".formatted(expr, expr.dtype().text(), operation(expr)));
  }

  private static String operation(Expr expr) {
    var arguments = expr.arguments().stream().map(a -> " " + a).collect(Collectors.joining());
    return switch (expr.op()) {
      case ExprOp.Number(double value) -> Double.toString(value);
      case ExprOp.Load(int buffer, Index offset, List<Bound> bounds) ->
          "b%d[%s]%s".formatted(buffer, offset, bounds.isEmpty() ? "" : " if " + bounds);
      case ExprOp.OfIndex(Index index) -> "index " + index;
      case ExprOp.Within(List<Bound> bounds) -> "within " + bounds;
      case ExprOp.Un(var kind) -> kind.text() + arguments;
      case ExprOp.Bin(var kind) -> kind.text() + arguments;
      case ExprOp.Choose() -> "select" + arguments;
      case ExprOp.Convert() -> "cast" + arguments;
      case ExprOp.Draw(var kind, Index index) -> "random " + kind + " [" + index + "]" + arguments;
      case ExprOp.Folded(int fold) -> "f" + fold;
    };
  }

  private void store(Store store) {
    line("  b%d[%s] = %s".formatted(store.buffer(), store.offset(), store.value()));
  }

  private static String variables(List<Var> variables) {
    return variables.stream()
        .map(v -> v.name() + "<" + v.extent())
        .collect(Collectors.joining(" "));
  }

  private void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }
}
