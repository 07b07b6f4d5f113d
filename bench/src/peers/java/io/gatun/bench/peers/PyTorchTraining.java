package io.gatun.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.gatun.bench.Subject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Training steps in DJL, op by op, as its own trainer runs them but without the trainer's cost:
/// forward, backward, Adam by one native call a parameter, gradients set to zero.
final class PyTorchTraining {
  private static final Shape TWO = new Shape(2, 2);
  private static final Shape ONE = new Shape(1, 1);
  private static final Shape NONE = new Shape(0, 0);

  private final Engine engine;
  private final NDManager manager;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Optimizer adam =
      Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-9f)).build();

  private PyTorchTraining(Engine engine, NDManager manager) {
    this.engine = engine;
    this.manager = manager;
  }

  static Subject mlp(Engine engine, NDManager manager, int batch) {
    var t = new PyTorchTraining(engine, manager);
    var x = PyTorchPeer.array(manager, "x", batch, 784);
    var label = manager.randomInteger(0, 10, new Shape(batch, 1), DataType.INT64);
    var w1 = t.parameter("w1", 128, 784);
    var b1 = t.parameter("b1", 128);
    var w2 = t.parameter("w2", 10, 128);
    var b2 = t.parameter("b2", 10);
    return t.subject(
        () -> {
          var hidden = Activation.relu(linear(x, w1, b1));
          var logits = linear(hidden, w2, b2);
          return logits.logSoftmax(-1).gather(label, 1).neg().mean();
        });
  }

  static Subject cnn(Engine engine, NDManager manager, int batch) {
    var t = new PyTorchTraining(engine, manager);
    var x = PyTorchPeer.array(manager, "x", batch, 1, 64, 64);
    var label = PyTorchPeer.array(manager, "label", batch, 1);
    var w1 = t.parameter("w1", 32, 1, 3, 3);
    var b1 = t.parameter("b1", 32);
    var w2 = t.parameter("w2", 64, 32, 3, 3);
    var b2 = t.parameter("b2", 64);
    var w3 = t.parameter("w3", 1, 64 * 16 * 16);
    var b3 = t.parameter("b3", 1);
    var loss = Loss.sigmoidBinaryCrossEntropyLoss();
    return t.subject(
        () -> {
          var pooled = convolution(convolution(x, w1, b1), w2, b2);
          var logits = linear(pooled.reshape(batch, -1), w3, b3);
          return loss.evaluate(new NDList(label), new NDList(logits));
        });
  }

  private static NDArray linear(NDArray x, NDArray w, NDArray b) {
    return Linear.linear(x, w, b).singletonOrThrow();
  }

  private static NDArray convolution(NDArray x, NDArray w, NDArray b) {
    var y = Activation.relu(Conv2d.conv2d(x, w, b, ONE, ONE).singletonOrThrow());
    return Pool.maxPool2d(y, TWO, TWO, NONE, false);
  }

  private NDArray parameter(String name, int... dims) {
    var array = PyTorchPeer.array(manager, name, dims);
    array.setRequiresGradient(true);
    parameters.put(name, array);
    return array;
  }

  private Subject subject(Supplier<NDArray> loss) {
    // The first step makes Adam's state, which must outlive the step: it runs in no scope.
    step(loss);
    Runnable step =
        () -> {
          try (var _ = new NDScope()) {
            step(loss);
          }
        };
    return Subject.of(step, manager::close);
  }

  private void step(Supplier<NDArray> loss) {
    try (var collector = engine.newGradientCollector()) {
      collector.backward(loss.get());
    }
    parameters.forEach(this::improve);
  }

  private void improve(String name, NDArray parameter) {
    var gradient = parameter.getGradient();
    adam.update(name, parameter, gradient);
    gradient.subi(gradient);
  }
}
