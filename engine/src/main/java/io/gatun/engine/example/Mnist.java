package io.gatun.engine.example;

import static io.gatun.engine.data.Mnist.CLASSES;

import io.gatun.engine.cli.Console;
import io.gatun.engine.cli.MnistOptions;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The handwritten digits of MNIST by a network with one hidden layer.
@Command(
    name = "mnist",
    description = {
      "Trains a network on the 60,000 handwritten digits of MNIST.",
      "",
      "The network is Flatten, Dense(128, relu), Dense(10, softmax), trained with Adam on sparse"
          + " categorical cross-entropy. It is then evaluated on the 10,000 test digits and saved;"
          + " the loss curve and 25 predictions are drawn.",
      ""
    },
    footer = {
      "  gatun train mnist",
      "  gatun train mnist --data ~/mnist --out digits --seed 7",
      "  gatun train mnist --samples 2000 --epochs 1     a quick try",
      "  gatun train mnist --resume                      go on after Ctrl-C",
      "  gatun evaluate digits",
      ""
    })
public final class Mnist extends Example {
  @Mixin private MnistOptions digits;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Digits in a step.")
  private int batch;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Train on the first N digits only. Default: all.")
  private Integer samples;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "0.001",
      description = "Of Adam.")
  private double learningRate;

  public Mnist(Console console) {
    super(console);
  }

  private static Sequential network() {
    return Sequential.of(
        Shape.of(28, 28),
        new Flatten(),
        Dense.of(128, Activation.RELU),
        Dense.of(CLASSES, Activation.SOFTMAX));
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    check(batch >= 1, "--batch: " + batch + " is below 1");
    check(learningRate > 0, "--learning-rate: " + learningRate + " is not above 0");
    check(samples == null || samples >= 1, "--samples: " + samples + " is below 1");
    var mnist = digits.load(session.warnings(), session.arena());
    int wanted = samples == null ? session.choose(mnist.train().count(), 4000) : samples;
    int count = Math.min(wanted, mnist.train().count());
    var training = MnistOptions.samples(mnist.train()).slice(0, count);
    var compilation =
        Compilation.of(Adam.of(learningRate), SparseCategoricalCrossEntropy.of(), new Accuracy());
    try (var model = session.model(network(), compilation)) {
      session.say("%,d training digits, device %s", count, session.device().name());
      var options = FitOptions.untilEpoch(session.epochs(5, 1)).withBatchSize(batch);
      var history = session.fit(model, training, options);
      session.save(model);
      var test = model.evaluate(MnistOptions.samples(mnist.test()));
      var pictures = session.mnistPictures();
      if (!history.epochs().isEmpty()) pictures.loss(history, test);
      pictures.predictions(model, mnist.test());
      report.figure("samples", count);
      report.figure("batch", batch);
      report.figure("test samples", mnist.test().count());
      report.figure("test loss", test.loss());
      if (samples == null) report.atLeast("test accuracy", test.metric("accuracy"), 0.97, 0.8);
      else report.figure("test accuracy", test.metric("accuracy"));
    }
  }
}
