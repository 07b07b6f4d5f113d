package io.gatun.engine.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import io.gatun.graph.plan.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Draws a plan as one self-contained HTML page: the lowered graph from inputs to results, each
/// node in the colour of the step that computes it, to be moved, zoomed and searched; and the list
/// of steps, with their times where they are known. Constants are not drawn; they stand among a
/// node's operands.
public final class GraphPage {
  private static final String TEMPLATE = "graph-page.html";
  private static final int COLUMN = 170;
  private static final int ROW = 68;
  private static final int LONGEST_TEXT = 300;

  private final Plan plan;
  private final Map<Node, Integer> steps = new IdentityHashMap<>();

  private GraphPage(Plan plan) {
    this.plan = plan;
    for (int i = 0; i < plan.steps().size(); i++) {
      switch (plan.steps().get(i)) {
        case Step.Launch(Group group) -> put(group, i);
        case Step.Loop loop -> put(loop.group(), i);
        case Step.Copy _ -> {}
      }
    }
  }

  private void put(Group group, int step) {
    for (Node node : group.nodes()) steps.putIfAbsent(node, step);
  }

  /// The page under a title.
  ///
  /// @param profile of runs of this plan
  public static String html(String title, Plan plan, Optional<PlanProfile> profile) {
    var page = new GraphPage(plan);
    var data = new LinkedHashMap<String, Object>();
    data.put("title", title);
    data.put("summary", PlanText.summary(plan).lines().findFirst().orElse(""));
    data.put("nodes", page.nodes());
    data.put(
        "steps",
        profile
            .filter(p -> !p.steps().isEmpty())
            .map(PlanProfile::json)
            .orElse(page.steps())
            .get("steps"));
    try {
      // "</" would end the script that holds the data.
      var json = new ObjectMapper().writeValueAsString(data).replace("</", "<\\/");
      return template().replace("@DATA@", json.replace("<!--", "<\\u0021--"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not plain data: " + title, e);
    }
  }

  private static String template() {
    try (var page = GraphPage.class.getResourceAsStream(TEMPLATE)) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(TEMPLATE, e);
    }
  }

  private Map<String, Object> steps() {
    var list = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < plan.steps().size(); i++) {
      var step = plan.steps().get(i);
      list.add(
          Map.of(
              "what", PlanText.stepLine(plan, i),
              "operations", StepOrigin.operations(step),
              "sources", StepOrigin.sources(step)));
    }
    return Map.of("steps", list);
  }

  private List<Map<String, Object>> nodes() {
    var shown = plan.graph().nodes().stream().filter(n -> !(n.op() instanceof Constant)).toList();
    var layout = new GraphLayout(plan.graph(), shown);
    return shown.stream().map(node -> node(node, layout.position(node))).toList();
  }

  private Map<String, Object> node(Node node, GraphLayout.Position position) {
    var map = new LinkedHashMap<String, Object>();
    map.put("id", node.toString());
    if (node.op() instanceof Input(String name, _)) map.put("name", name);
    map.put("op", StepOrigin.operation(node));
    map.put("text", text(node.op().text()));
    map.put("type", node.type().toString());
    map.put("source", node.source());
    map.put("step", steps.getOrDefault(node, -1));
    map.put("stored", plan.memory().places().containsKey(node));
    map.put("in", node.inputs().stream().map(Node::toString).toList());
    map.put("x", Math.round(position.column() * COLUMN));
    map.put("y", position.row() * ROW);
    return map;
  }

  private static String text(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }
}
