package io.gatun.bench;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Training steps as one graph each: forward, backward, Adam; parameters and optimizer state are
/// updated in place. The result is the loss.
final class TrainingSteps {
  /// So small that a step repeated on one batch changes nothing that matters for its time.
  static final double LEARNING_RATE = 1e-9;

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Tracer tracer = new Tracer();
  private final List<String> names = new ArrayList<>();
  private final List<Value> parameters = new ArrayList<>();

  private TrainingSteps() {}

  static Graph mlp(int batch) {
    var step = new TrainingSteps();
    var x = step.tracer.input("x", TensorType.f32(batch, 784));
    var label = step.tracer.input("label", TensorType.of(DType.I32, batch));
    var hidden = Nn.relu(step.dense(1, x, 128));
    return step.train(Nn.crossEntropy(step.dense(2, hidden, 10), label).mean());
  }

  static Graph cnn(int batch) {
    var step = new TrainingSteps();
    var x = step.tracer.input("x", TensorType.f32(batch, 64, 64, 1));
    var label = step.tracer.input("label", TensorType.f32(batch, 1));
    var pooled = step.convolution(2, step.convolution(1, x, 32), 64);
    var logits = step.dense(3, pooled.flatten(), 1);
    return step.train(Nn.binaryCrossEntropy(logits, label).mean());
  }

  private Value dense(int layer, Value x, int units) {
    var w = parameter("w" + layer, x.dim(-1), units);
    return Nn.linear(x, w, parameter("b" + layer, units));
  }

  /// Convolution 3x3, relu, pool 2.
  private Value convolution(int layer, Value x, int filters) {
    var w = parameter("w" + layer, 3, 3, x.dim(-1), filters);
    var y = x.conv(w, Window.of(3, 3).samePadding(x.shape()));
    var activated = Nn.relu(y.add(parameter("b" + layer, filters)));
    return activated.maxPool(Window.of(2, 2).withStride(2, 2));
  }

  private Value parameter(String name, int... dims) {
    var parameter = tracer.input(name, TensorType.f32(dims));
    names.add(name);
    parameters.add(parameter);
    return parameter;
  }

  /// Adam as in Kingma and Ba 2015, section 2, with the corrections folded into the rate.
  private Graph train(Value loss) {
    tracer.output("loss", loss);
    var gradients = Gradient.of(loss, parameters);
    var count = tracer.input("step", TensorType.f32());
    var t = count.add(1);
    tracer.update(count, t);
    var root = correction(t, BETA2).sqrt();
    var rate = root.div(correction(t, BETA1)).mul(LEARNING_RATE);
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      var g = gradients.get(i);
      var m = tracer.input("m." + names.get(i), parameter.type());
      var v = tracer.input("v." + names.get(i), parameter.type());
      var nextM = m.mul(BETA1).add(g.mul(1 - BETA1));
      var nextV = v.mul(BETA2).add(g.square().mul(1 - BETA2));
      tracer.update(m, nextM);
      tracer.update(v, nextV);
      tracer.update(parameter, parameter.sub(rate.mul(nextM).div(nextV.sqrt().add(EPSILON))));
    }
    return tracer.graph();
  }

  /// `1 - beta^t`.
  private static Value correction(Value t, double beta) {
    return t.mul(Math.log(beta)).expm1().neg();
  }
}
