package io.gatun.engine.profile;

import io.gatun.graph.ir.Node;
import io.gatun.graph.plan.Step;
import java.util.List;
import java.util.stream.Stream;

/// What a step computes and what its nodes were made from.
final class StepOrigin {
  private StepOrigin() {}

  /// The words of its operations, in order.
  static List<String> operations(Step step) {
    return switch (step) {
      case Step.Launch _, Step.Loop _ -> nodes(step).map(StepOrigin::operation).toList();
      case Step.Copy _ -> List.of("copy");
    };
  }

  /// The word of a node's operation: `matmul`.
  static String operation(Node node) {
    return node.op().text().split(" ", 2)[0];
  }

  /// The sources of its nodes; where none has one, the nodes.
  static List<String> sources(Step step) {
    var sources = nodes(step).map(Node::source).filter(s -> !s.isEmpty()).distinct().toList();
    return sources.isEmpty() ? nodes(step).map(Node::toString).toList() : sources;
  }

  /// The nodes of a step, those of a loop's body too.
  private static Stream<Node> nodes(Step step) {
    return switch (step) {
      case Step.Launch launch -> launch.group().nodes().stream();
      case Step.Copy _ -> Stream.of();
      case Step.Loop loop -> loop.body().steps().stream().flatMap(StepOrigin::nodes);
    };
  }
}
