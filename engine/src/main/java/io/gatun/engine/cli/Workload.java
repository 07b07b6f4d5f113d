package io.gatun.engine.cli;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// A graph worth measuring.
record Workload(String name, Graph graph) {
  static List<Workload> all() {
    return List.of(trainingStep(), elementwise(), softmax(), product());
  }

  /// 784-128-10 perceptron, batch 32, gradient descent.
  private static Workload trainingStep() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(32, 784));
    var label = t.input("label", TensorType.of(DType.I32, 32));
    var parameters =
        List.of(
            t.input("w1", TensorType.f32(784, 128)),
            t.input("b1", TensorType.f32(128)),
            t.input("w2", TensorType.f32(128, 10)),
            t.input("b2", TensorType.f32(10)));
    var hidden = x.matmul(parameters.get(0)).add(parameters.get(1)).maximum(0);
    var logits = hidden.matmul(parameters.get(2)).add(parameters.get(3));
    var loss = Nn.crossEntropy(logits, label).mean();
    List<Value> gradients = Gradient.of(loss, parameters);
    for (int i = 0; i < parameters.size(); i++) {
      t.update(parameters.get(i), parameters.get(i).sub(gradients.get(i).mul(0.01)));
    }
    t.output("loss", loss);
    return new Workload("training step 784-128-10, batch 32", t.graph());
  }

  private static Workload elementwise() {
    var t = new Tracer();
    var type = TensorType.f32(1 << 20);
    var x = t.input("x", type);
    var y = Nn.geluTanh(x.add(t.input("b", type))).mul(t.input("g", type)).add(x);
    t.output("y", y);
    return new Workload("gelu_tanh(x + b) * g + x, 2^20", t.graph());
  }

  private static Workload softmax() {
    var t = new Tracer();
    t.output("y", Nn.softmax(t.input("x", TensorType.f32(1024, 1024))));
    return new Workload("softmax 1024x1024", t.graph());
  }

  private static Workload product() {
    var t = new Tracer();
    var type = TensorType.f32(512, 512);
    t.output("c", t.input("a", type).matmul(t.input("b", type)));
    return new Workload("matrix product 512^3", t.graph());
  }
}
