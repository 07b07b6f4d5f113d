package io.gatun.graph.plan;

import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.KernelText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Draws a plan as one self-contained HTML page: the lowered graph from inputs to results, each
/// node in the colour of the kernel that computes it, and a list of the kernels below. Resting the
/// pointer on a node shows its line of the IR.
public final class PlanPage {
  private static final int WIDTH = 150;
  private static final int HEIGHT = 34;
  private static final int COLUMN = 170;
  private static final int ROW = 64;
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"/><title>Gatun plan</title><style>
      body { font: 14px/1.5 system-ui, sans-serif; margin: 24px; color: #1c2733; background: #fff }
      pre, text { font-family: ui-monospace, Menlo, Consolas, monospace }
      pre { background: #f5f7f9; padding: 12px; overflow-x: auto; font-size: 12px }
      .graph { overflow: auto; border: 1px solid #d5dce3; max-height: 75vh }
      text { font-size: 11px } path { fill: none; stroke: #8795a5 }
      rect { stroke: #5c6b7a } rect.written { stroke-width: 2.5 }
      summary { cursor: pointer } .key { display: inline-block; width: 1em; height: 1em;
      margin-right: .5em; border: 1px solid #5c6b7a; vertical-align: -2px }
      </style></head><body>
      """;

  private final Plan plan;
  private final Map<Node, Integer> groups = new IdentityHashMap<>();
  private final Map<Node, int[]> positions = new IdentityHashMap<>();
  private final StringBuilder html = new StringBuilder(HEAD);
  private int rows;
  private int columns;

  private PlanPage(Plan plan) {
    this.plan = plan;
    for (int g = 0; g < plan.groups().size(); g++) {
      for (Node node : plan.groups().get(g).nodes()) groups.putIfAbsent(node, g);
    }
    place();
  }

  /// The page under a title.
  public static String html(String title, Plan plan) {
    var page = new PlanPage(plan);
    page.html.append("<h1>").append(escape(title)).append("</h1>\n");
    var summary = PlanText.summary(plan);
    page.html.append("<p>").append(escape(summary.lines().findFirst().orElse(""))).append("</p>\n");
    page.drawing();
    page.kernels();
    return page.html.append("</body></html>\n").toString();
  }

  /// Every node one row below its lowest operand, one without operands above its first user; within
  /// a row as near to its operands as it can be.
  private void place() {
    List<List<Node>> layers = new ArrayList<>();
    depths()
        .forEach(
            (node, depth) -> {
              while (layers.size() <= depth) layers.add(new ArrayList<>());
              layers.get(depth).add(node);
            });
    rows = layers.size();
    for (int row = 0; row < rows; row++) {
      var layer = layers.get(row);
      layer.sort(Comparator.comparingDouble(this::centre));
      int column = 0;
      for (Node node : layer) {
        if (!node.inputs().isEmpty()) column = Math.max(column, (int) Math.round(centre(node)));
        positions.put(node, new int[] {column, row});
        columns = Math.max(columns, ++column);
      }
    }
  }

  private Map<Node, Integer> depths() {
    Map<Node, Integer> depths = new LinkedHashMap<>();
    for (Node node : plan.graph().nodes()) {
      depths.put(node, node.inputs().stream().mapToInt(n -> depths.get(n) + 1).max().orElse(0));
    }
    plan.graph()
        .users()
        .forEach(
            (node, users) -> {
              if (!node.inputs().isEmpty()) return;
              int first = users.stream().mapToInt(depths::get).min().orElse(1);
              depths.put(node, first - 1);
            });
    return depths;
  }

  /// The mean column of the operands; nodes without any go last.
  private double centre(Node node) {
    return node.inputs().stream()
        .mapToInt(n -> positions.get(n)[0])
        .average()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private void drawing() {
    html.append(
        "<div class=\"graph\"><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\">\n"
            .formatted(columns * COLUMN + 20, rows * ROW + 20));
    for (Node node : plan.graph().nodes()) {
      for (Node operand : node.inputs()) edge(operand, node);
    }
    for (Node node : plan.graph().nodes()) box(node);
    html.append("</svg></div>\n");
  }

  private void edge(Node from, Node to) {
    int x0 = x(from) + WIDTH / 2;
    int y0 = y(from) + HEIGHT;
    int x1 = x(to) + WIDTH / 2;
    int y1 = y(to);
    int bend = (y1 - y0) / 2;
    html.append(
        "<path d=\"M%d %d C%d %d %d %d %d %d\"/>\n"
            .formatted(x0, y0, x0, y0 + bend, x1, y1 - bend, x1, y1));
  }

  private void box(Node node) {
    boolean stored = plan.memory().places().containsKey(node);
    html.append(
        """
        <g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="%s"%s/>\
        <text x="%d" y="%d">%s</text><text x="%d" y="%d">%s</text></g>
        """
            .formatted(
                escape(tip(node)),
                x(node),
                y(node),
                WIDTH,
                HEIGHT,
                groups.containsKey(node) ? colour(groups.get(node)) : "#eceff2",
                stored ? " class=\"written\"" : "",
                x(node) + 6,
                y(node) + 14,
                escape(fit(node + " " + word(node))),
                x(node) + 6,
                y(node) + 28,
                escape(fit(node.type().toString()))));
  }

  private String tip(Node node) {
    var operands = node.inputs().stream().map(n -> " " + n).reduce("", String::concat);
    var kernel = groups.containsKey(node) ? ", kernel " + groups.get(node) : "";
    return node + ":" + node.type() + " = " + node.op().text() + operands + kernel;
  }

  private static String word(Node node) {
    return node.op() instanceof Input(String name, _)
        ? "\"" + name + "\""
        : node.op().text().split(" ", 2)[0];
  }

  private static String fit(String text) {
    return text.length() <= 22 ? text : text.substring(0, 21) + "…";
  }

  private int x(Node node) {
    return 10 + positions.get(node)[0] * COLUMN;
  }

  private int y(Node node) {
    return 10 + positions.get(node)[1] * ROW;
  }

  /// Hues a golden angle apart, so that neighbours in the schedule differ.
  private static String colour(int group) {
    return String.format(
        Locale.ROOT, "hsl(%.0f 70%% %d%%)", group * 137.508 % 360, 78 + group % 3 * 5);
  }

  private void kernels() {
    html.append("<h2>Schedule</h2>\n");
    int group = 0;
    for (int i = 0; i < plan.steps().size(); i++) {
      var line = escape(PlanText.stepLine(plan, i));
      switch (plan.steps().get(i)) {
        case Step.Copy _ -> html.append("<p>").append(line).append("</p>\n");
        case Step.Launch(Group launched) ->
            details(colour(group++), line, KernelText.print(launched.kernel()));
        case Step.Loop loop -> details(colour(group++), line, body(loop));
      }
    }
  }

  private void details(String colour, String line, String text) {
    html.append(
        "<details><summary><span class=\"key\" style=\"background:%s\"></span>%s</summary><pre>%s</pre></details>\n"
            .formatted(colour, line, escape(text)));
  }

  /// The plan of a loop's body with its kernels.
  private static String body(Step.Loop loop) {
    var text = new StringBuilder(KernelText.print(loop.group().kernel()));
    for (int i = 0; i < loop.body().steps().size(); i++) {
      text.append('\n').append(PlanText.stepLine(loop.body(), i)).append('\n');
      text.append(
          switch (loop.body().steps().get(i)) {
            case Step.Copy _ -> "";
            case Step.Launch(Group group) -> KernelText.print(group.kernel());
            case Step.Loop inner -> body(inner).indent(4);
          });
    }
    return text.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
