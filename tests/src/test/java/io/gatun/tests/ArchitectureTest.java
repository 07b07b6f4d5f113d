package io.gatun.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.kernel.KernelText;
import io.gatun.graph.pass.Pipeline;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.PlanText;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The listings of docs/architecture.md: a training step of a small perceptron, stage by stage.
class ArchitectureTest {
  private static Graph step() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(8, 4));
    var label = t.input("label", TensorType.of(DType.I32, 8));
    var w = t.input("w", TensorType.f32(4, 3));
    var b = t.input("b", TensorType.f32(3));
    var loss = Nn.crossEntropy(x.matmul(w).add(b), label).mean();
    t.output("loss", loss);
    t.update(w, w.sub(Gradient.of(loss, w).mul(0.1)));
    t.update(b, b.sub(Gradient.of(loss, b).mul(0.1)));
    return t.graph();
  }

  private static Map<String, String> listings() {
    var listings = new HashMap<String, String>();
    var graph = step();
    listings.put("traced", GraphText.print(graph));
    Pipeline.Observer observer =
        (index, pass, after) -> {
          listings.put("pass-" + (index + 1) + "-" + pass, GraphText.print(after));
          listings.put("lowered", GraphText.print(after));
        };
    var plan = Compiler.compile(graph, Target.cpu(), observer);
    listings.put("plan", PlanText.print(plan));
    var kernels = new StringBuilder();
    for (int i = 0; i < plan.groups().size(); i++) {
      kernels.append(i == 0 ? "" : "\n").append("kernel ").append(i).append('\n');
      kernels.append(KernelText.print(plan.groups().get(i).kernel()));
    }
    listings.put("kernels", kernels.toString());
    return listings;
  }

  @Test
  void thePageShowsWhatTheCompilerDoes() throws IOException {
    var listings = listings();
    int count =
        Page.of("docs/architecture.md")
            .check(
                name -> {
                  assertTrue(listings.containsKey(name), name + " is none of " + listings.keySet());
                  return listings.get(name);
                });
    assertEquals(5, count);
  }
}
