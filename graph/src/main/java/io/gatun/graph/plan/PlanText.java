package io.gatun.graph.plan;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.kernel.Var;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Prints plans for people and for golden tests: totals, signature, and for each step what it
/// computes, what it costs, and where its arrays lie.
public final class PlanText {
  private final Plan plan;
  private final StringBuilder text = new StringBuilder();

  private PlanText(Plan plan) {
    this.plan = plan;
  }

  /// Everything about a plan except the graph and the kernels' bodies.
  public static String print(Plan plan) {
    var printer = new PlanText(plan);
    printer.head();
    printer.signature();
    printer.steps(true);
    return printer.text.toString();
  }

  /// The totals, and a line for each step.
  public static String summary(Plan plan) {
    var printer = new PlanText(plan);
    printer.head();
    printer.steps(false);
    return printer.text.toString();
  }

  /// The steps, those of a loop's body indented below it.
  private void steps(boolean detailed) {
    for (int i = 0; i < plan.steps().size(); i++) {
      line(stepLine(plan, i));
      switch (plan.steps().get(i)) {
        case Step.Launch(Group group) -> {
          if (detailed) details(group);
        }
        case Step.Loop loop -> {
          if (detailed) details(loop.group());
          var inner = new PlanText(loop.body());
          inner.steps(detailed);
          text.append(inner.text.toString().indent(4));
        }
        case Step.Copy _ -> {}
      }
    }
  }

  /// One step in one line: number, loops, operations, cost.
  public static String stepLine(Plan plan, int index) {
    var step = plan.steps().get(index);
    var what =
        switch (step) {
          case Step.Launch(Group group) -> loops(group.kernel()) + ": " + operations(group);
          case Step.Copy(Place from, Place to, _) -> "copy " + text(from) + " to " + text(to);
          case Step.Loop loop -> loops(loop.group().kernel()) + ": " + kernels(loop);
        };
    var cost = Cost.of(step);
    return "step %d  %s  (%s, %s read, %s written)"
        .formatted(
            index, what, flops(cost.flops()), bytes(cost.bytesRead()), bytes(cost.bytesWritten()));
  }

  /// What one iteration of a loop runs.
  private static String kernels(Step.Loop loop) {
    return copiesAndKernels(loop.body()) + " each";
  }

  private static String copiesAndKernels(Plan plan) {
    long copies = plan.steps().stream().filter(Step.Copy.class::isInstance).count();
    return count(plan.steps().size() - copies, "kernel", "kernels")
        + ", "
        + count(copies, "copy", "copies");
  }

  /// A number of bytes as people read it: `640 B`, `1.5 KiB`.
  public static String bytes(long bytes) {
    return scaled(bytes, 1024, "B", "KiB", "MiB", "GiB", "TiB");
  }

  /// A number of operations as people read it: `12 flop`, `6.4 Mflop`.
  public static String flops(long flops) {
    return scaled(flops, 1000, "flop", "kflop", "Mflop", "Gflop", "Tflop");
  }

  private static String scaled(long number, int base, String... units) {
    double value = number;
    int unit = 0;
    while (value >= base && unit < units.length - 1) {
      value /= base;
      unit++;
    }
    return unit == 0
        ? number + " " + units[0]
        : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  private void head() {
    var cost = Cost.of(plan);
    line(
        "plan for %s: %s; arena %s, constants %s; a run does %s and moves %s"
            .formatted(
                plan.target().name(),
                copiesAndKernels(plan),
                bytes(plan.memory().arenaBytes()),
                bytes(constantBytes(plan)),
                flops(cost.flops()),
                bytes(cost.bytes())));
  }

  /// Bytes of the constants that the plan's kernels read.
  public static long constantBytes(Plan plan) {
    long bytes = 0;
    for (Node node : plan.graph().nodes()) {
      if (node.op() instanceof Constant) bytes += node.type().bytes();
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.Loop loop) bytes += constantBytes(loop.body());
    }
    return bytes;
  }

  private static String count(long number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  private void signature() {
    for (int i = 0; i < plan.inputs().size(); i++) {
      Node node = plan.inputs().get(i);
      if (node.op() instanceof Input(String name, _)) {
        line("input %d  %s \"%s\" %s%s".formatted(i, node, name, node.type(), updated(node)));
      }
    }
    for (int i = 0; i < plan.results().size(); i++) {
      var output = plan.results().get(i);
      line(
          "result %d  %s \"%s\" %s"
              .formatted(i, output.node(), output.name(), output.node().type()));
    }
  }

  private String updated(Node input) {
    return plan.graph().outputs().stream()
        .filter(o -> o.updates().filter(u -> u == input).isPresent())
        .map(o -> ", becomes " + o.node())
        .collect(Collectors.joining());
  }

  private void details(Group group) {
    line("    reads   " + places(group.reads()));
    line("    writes  " + places(group.writes()));
  }

  private String places(List<Node> nodes) {
    return nodes.stream()
        .map(n -> n + " " + n.type() + " in " + text(plan.memory().places().get(n)))
        .collect(Collectors.joining("; "));
  }

  private static String text(Place place) {
    return switch (place) {
      case Place.InInput(int index) -> "input " + index;
      case Place.InResult(int index) -> "result " + index;
      case Place.InArena(long offset) -> "arena+" + offset;
      case Place.InConstant(var value) -> "constant " + value.type();
    };
  }

  /// The loops of a kernel: `contract m<32 n<128 k<784`.
  static String loops(Kernel kernel) {
    return switch (kernel) {
      case LoopKernel k -> join("loop", k.outer(), k.inner(), k.stages().size());
      case LoopsKernel k -> loops(k);
      case ContractKernel k ->
          "contract "
              + join("batch", k.batch())
              + join("m", k.m())
              + join("n", k.n())
              + join("k", k.k()).strip();
      case ScatterKernel k ->
          "scatter "
              + join("outer", k.outer())
              + join("points", k.points())
              + join("inner", k.inner())
              + join("to", List.of(k.row())).strip();
      case SortKernel k -> join("sort", k.outer(), k.inner(), 1);
      case ScanKernel k -> "loop of " + k.scan().length() + (k.scan().reverse() ? " reversed" : "");
      // A composite is the device's own kernel: the reference evaluates what it is made of.
      case ReferenceKernel k ->
          k.node().op() instanceof Composite composite ? composite.name() : "reference";
    };
  }

  /// `6 loops [] of row [100x61], [61] ...`
  private static String loops(LoopsKernel kernel) {
    var texts = kernel.loops().stream().map(k -> loops(k).substring("loop ".length())).toList();
    return "%d loops %s%s"
        .formatted(
            texts.size(),
            String.join(", ", texts.subList(0, Math.min(3, texts.size()))),
            texts.size() > 3 ? " ..." : "");
  }

  private static String join(String head, List<Var> outer, List<Var> inner, int stages) {
    if (inner.isEmpty()) return head + " " + extents(outer);
    return "%s %s of %s %s"
        .formatted(head, extents(outer), stages == 1 ? "row" : stages + " x row", extents(inner));
  }

  private static String join(String name, List<Var> variables) {
    if (variables.isEmpty()) return "";
    return name + "<" + ContractKernel.size(variables) + " ";
  }

  private static String extents(List<Var> variables) {
    return variables.stream()
        .map(v -> Integer.toString(v.extent()))
        .collect(Collectors.joining("x", "[", "]"));
  }

  /// What a group computes: `matmul add max %12`, long lists shortened in the middle.
  static String operations(Group group) {
    var words = group.nodes().stream().map(n -> n.op().text().split(" ", 2)[0]).toList();
    var shown =
        words.size() <= 12
            ? words.stream()
            : Stream.of(
                    words.subList(0, 6),
                    List.of("... %d more ...".formatted(words.size() - 11)),
                    words.subList(words.size() - 5, words.size()))
                .flatMap(List::stream);
    return shown.collect(Collectors.joining(" "));
  }

  private void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }
}
