package io.gatun.examples;

import io.gatun.engine.Devices;
import io.gatun.engine.Tensor;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The first graph of the README: logistic regression, trained by a graph that is one step.
final class FirstGraph {
  private FirstGraph() {}

  /// The loss before each of some steps.
  static double[] run(int steps) {
    double[] losses = new double[steps];
    // quote
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(4, 2));
    var label = t.input("label", TensorType.of(DType.I32, 4));
    var w = t.input("w", TensorType.f32(2, 3));

    var loss = Nn.crossEntropy(x.matmul(w), label).mean();
    t.output("loss", loss);
    t.update(w, w.sub(Gradient.of(loss, w).mul(0.5))); // w changes in place

    try (var device = Devices.open("cpu");
        var step = device.compile("step", t.graph());
        var points = Tensor.of("x", TensorType.f32(4, 2), 0, 1, 1, 0, 1, 1, 0, 2);
        var labels = Tensor.of("label", TensorType.of(DType.I32, 4), 0, 1, 2, 0);
        var weights = Tensor.of("w", TensorType.f32(2, 3), 0, 0, 0, 0, 0, 0);
        var result = Tensor.allocate("loss", TensorType.f32())) {
      for (int i = 0; i < steps; i++) {
        step.run(List.of(points, labels, weights), List.of(result));
        losses[i] = result.item();
      }
    }
    // end
    return losses;
  }
}
