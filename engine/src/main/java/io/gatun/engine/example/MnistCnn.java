package io.gatun.engine.example;

import io.gatun.engine.cli.Console;
import io.gatun.engine.cli.MnistOptions;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Dropout;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.layer.MaxPool2D;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.OneCycle;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The handwritten digits of MNIST by a convolutional network, the one of Keras's introduction:
/// two rounds of convolution and pooling, then one dense layer.
@Command(
    name = "mnist-cnn",
    description = {
      "Trains a convolutional network on the 60,000 handwritten digits of MNIST.",
      "",
      "Conv(32, 3x3), pool, Conv(64, 3x3), pool, Flatten, Dropout(0.2), Dense(10, softmax), trained"
          + " with Adam and a learning rate that rises and falls once.",
      ""
    },
    footer = {"  gatun train mnist-cnn", "  gatun train mnist-cnn --quick", ""})
public final class MnistCnn extends Example {
  private static final int BATCH = 32;

  @Mixin private MnistOptions digits;

  public MnistCnn(Console console) {
    super(console);
  }

  private static Sequential network() {
    return Sequential.of(
        Shape.of(28, 28, 1),
        Conv2D.of(32, 3, Activation.RELU),
        MaxPool2D.of(2),
        Conv2D.of(64, 3, Activation.RELU),
        MaxPool2D.of(2),
        new Flatten(),
        new Dropout(0.2),
        Dense.of(10, Activation.SOFTMAX));
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    var mnist = digits.load(session.warnings(), session.arena());
    var training = MnistOptions.images(mnist.train());
    var test = MnistOptions.images(mnist.test());
    int samples = Math.min(training.size(), session.choose(60_000, 4_000));
    int epochs = session.epochs(3, 1);
    var compilation =
        Compilation.of(Adam.of(0.002), SparseCategoricalCrossEntropy.of(), new Accuracy())
            .withSchedule(OneCycle.of(epochs * Math.ceilDiv(samples, BATCH)));
    try (var model = session.model(network(), compilation)) {
      var options = FitOptions.untilEpoch(epochs).withBatchSize(BATCH);
      session.fit(model, training.slice(0, samples), options);
      session.save(model);
      var results = model.evaluate(test.slice(0, session.choose(test.size(), 1000)));
      report.figure("test loss", results.loss());
      report.atLeast("test accuracy", results.metric("accuracy"), 0.99, 0.85);
    }
  }
}
