package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.RandomGraphs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static Graph training(int layers) {
    var t = new Tracer();
    var h = t.input("x", TensorType.f32(4, 6));
    var label = t.input("label", TensorType.of(DType.I32, 4));
    var parameters = new ArrayList<Value>();
    for (int i = 0; i < layers; i++) {
      var w = t.input("w" + i, TensorType.f32(6, 6));
      var b = t.input("b" + i, TensorType.f32(6));
      parameters.addAll(List.of(w, b));
      h = Nn.relu(Nn.linear(h, w, b));
    }
    var loss = Nn.crossEntropy(h, label).mean();
    var gradients = Gradient.of(loss, parameters);
    t.output("loss", loss);
    for (int i = 0; i < parameters.size(); i++) {
      t.update(parameters.get(i), parameters.get(i).sub(gradients.get(i).mul(0.1)));
    }
    return t.graph();
  }

  @Test
  void aTrainingStepKeepsItsValuesAndUpdates() {
    var graph = training(3);
    var lowered = Pipeline.lower(graph, Target.cpu(), Pipeline.Observer.VERIFY);
    ValueCheck.assertPreserves(graph, lowered, RandomGraphs.arguments(graph, 7), "training");
    assertTrue(lowered.nodes().stream().noneMatch(n -> n.op() instanceof Composite));
    assertEquals(6, lowered.outputs().stream().filter(o -> o.updates().isPresent()).count());
  }

  /// Rules that move the sign of a constant once passed it back and forth.
  @Test
  void differencesOfNoElementsAreLowered() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(0, 3));
    t.output("y", x.sub(1).div(x.add(2)).mul(-1));
    var lowered = Pipeline.lower(t.graph(), Target.cpu(), Pipeline.Observer.VERIFY);
    ValueCheck.assertPreserves(
        t.graph(), lowered, RandomGraphs.arguments(t.graph(), 1), "no elements");
  }

  @Test
  void theObserverSeesEveryPass() {
    var names = new ArrayList<String>();
    Pipeline.Observer observer =
        (index, pass, graph) -> {
          assertEquals(names.size(), index);
          names.add(pass);
        };
    Pipeline.lower(training(1), Target.cpu(), Pipeline.Observer.VERIFY.andThen(observer));
    assertEquals(Pipeline.of(Target.cpu()).passes().stream().map(Pass::name).toList(), names);
  }

  @Test
  void claimedCompositesStay() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(3, 4));
    t.output("y", Nn.gelu(x).add(1));
    var graph = t.graph();
    var composite =
        assertInstanceOf(
            Composite.class,
            graph.nodes().stream()
                .filter(n -> n.op() instanceof Composite)
                .findFirst()
                .orElseThrow()
                .op());
    var claiming = new Target("claims", Set.of(composite.name()), true, 8, false);
    assertTrue(
        Pipeline.lower(graph, claiming, Pipeline.Observer.VERIFY).nodes().stream()
            .anyMatch(n -> n.op() == composite));
    var inlined = Pipeline.lower(graph, Target.reference(), Pipeline.Observer.VERIFY);
    assertTrue(inlined.nodes().stream().noneMatch(n -> n.op() instanceof Composite));
    ValueCheck.assertPreserves(graph, inlined, RandomGraphs.arguments(graph, 3), "inlined");
  }

  @Test
  void aGraphOfTwoHundredThousandNodesIsLowered() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(3));
    var y = x;
    for (int i = 0; i < 100_000; i++) y = (i % 2 == 0 ? y.add(x) : y.tanh()).mul(1 + i % 7);
    t.output("y", y);
    var graph = t.graph();
    assertTrue(graph.nodes().size() > 150_000);
    var lowered =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> Pipeline.lower(graph, Target.cpu(), Pipeline.Observer.NONE));
    assertTrue(lowered.nodes().size() > 100_000);
  }

  @Test
  void aChainThatABroadcastPassesThroughIsDoneOnTheSmallArray() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(3, 1));
    var y = x.broadcastTo(3, 500);
    for (int i = 0; i < 2_000; i++) y = y.tanh().neg();
    t.output("y", y);
    var lowered = Pipeline.lower(t.graph(), Target.cpu(), Pipeline.Observer.VERIFY);
    assertInstanceOf(Broadcast.class, lowered.outputNodes().getFirst().op());
    assertEquals(
        1, lowered.nodes().stream().filter(n -> n.type().size() > 3).count(), "large nodes");
  }
}
