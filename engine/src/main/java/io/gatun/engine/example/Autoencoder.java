package io.gatun.engine.example;

import io.gatun.engine.cli.Console;
import io.gatun.engine.cli.MnistOptions;
import io.gatun.engine.data.LabelledImages;
import io.gatun.engine.data.Pca;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.metric.MeanLoss;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.OneCycle;
import io.gatun.engine.plot.ImagePairs;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// A network that learns to describe a digit of 784 pixels by 32 numbers: its target is its own
/// input, which has to pass through a layer of 32 units. Principal components are the best linear
/// way to do so; the network has to be better.
///
/// It learns by cross-entropy, since a pixel that a sigmoid has pushed to 0 or 1 has no gradient of
/// the squared error left; what is told is the squared error.
@Command(
    name = "autoencoder",
    description = {
      "Passes the digits of MNIST through 32 numbers, and draws what comes out.",
      "",
      "Dense layers of 512, 128, 32, 128, 512 and 784 units, trained with Adam on the mean squared"
          + " error. Prints the error on the test digits beside that of 32 principal components,"
          + " and writes autoencoder.png, digits above their reconstructions.",
      ""
    },
    footer = {
      "  gatun train autoencoder",
      "  gatun train autoencoder --epochs 3",
      "  gatun train autoencoder --quick",
      ""
    })
public final class Autoencoder extends Example {
  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private static final int CODE = 32;
  private static final int BATCH = 128;

  /// Enough to find 32 directions; those of all digits reconstruct no better.
  private static final int PCA_SAMPLES = 10_000;

  private static final int SHOWN = 20;

  @Mixin private MnistOptions digits;

  public Autoencoder(Console console) {
    super(console);
  }

  private static Sequential network() {
    return Sequential.of(
        Shape.of(PIXELS),
        Dense.of(512, Activation.RELU),
        Dense.of(128, Activation.RELU),
        Dense.of(CODE),
        Dense.of(128, Activation.RELU),
        Dense.of(512, Activation.RELU),
        Dense.of(PIXELS, Activation.SIGMOID));
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    var mnist = digits.load(session.warnings(), session.arena());
    var training = pixels(mnist.train());
    training = training.slice(0, Math.min(training.rows(), session.choose(60_000, 4_000)));
    var test = pixels(mnist.test());
    int epochs = session.epochs(12, 12);
    var compilation =
        Compilation.of(
                Adam.of(0.003), BinaryCrossEntropy.of(), new MeanLoss(new MeanSquaredError()))
            .withSchedule(OneCycle.of(epochs * Math.ceilDiv(training.rows(), BATCH)));
    try (var model = session.model(network(), compilation)) {
      var options = FitOptions.untilEpoch(epochs).withBatchSize(BATCH);
      session.fit(model, Dataset.of(training, training), options);
      session.save(model);
      draw(session, model, mnist.test());
      double error = model.evaluate(Dataset.of(test, test)).metric("mean_squared_error");
      int samples = Math.min(training.rows(), PCA_SAMPLES);
      double linear = linearError(training.slice(0, samples), test);
      session.say("mean squared error a pixel of %,d test digits", test.rows());
      session.say("%-24s %.5f", CODE + " principal components", linear);
      session.say("%-24s %.5f", "autoencoder", error);
      report.figure("PCA error", linear);
      report.atMost("test error", error, 0.006, 0.05);
      // Few digits can lie in few dimensions, where principal components make no error.
      if (!session.quick()) report.atMost("test error by PCA error", error / linear, 0.4, 1);
    }
  }

  private static Column pixels(LabelledImages part) {
    var flat = part.images().type().with(Shape.of(part.count(), PIXELS));
    return Column.of("pixels", Literal.of(flat, part.images().data())).scaled(1 / 255.0);
  }

  /// Draws test digits above what the network makes of them.
  private static void draw(Session session, Model model, LabelledImages test) {
    int count = Math.min(SHOWN, test.count());
    var bytes = TensorType.of(DType.U8, count, SIDE, SIDE);
    var originals = Literal.of(bytes, test.images().data().asSlice(0, bytes.bytes()));
    try (var output = model.predict(pixels(test).slice(0, count), count)) {
      var images = Literal.of(bytes.with(DType.F32), output.data());
      session.picture(
          "autoencoder",
          new ImagePairs("%d pixels by %d numbers".formatted(PIXELS, CODE), originals, images));
    }
  }

  /// Mean squared error a pixel of the samples that principal components give back.
  private static double linearError(Column training, Column test) {
    try (var arena = Arena.ofConfined()) {
      var pca = Pca.fit(training, CODE);
      var back = pca.inverse(pca.transform(test, arena), arena);
      double[] original = new double[PIXELS];
      double[] given = new double[PIXELS];
      double squares = 0;
      for (int row = 0; row < test.rows(); row++) {
        test.read(row, original);
        back.read(row, given);
        for (int i = 0; i < PIXELS; i++) {
          squares += (given[i] - original[i]) * (given[i] - original[i]);
        }
      }
      return squares / ((double) PIXELS * test.rows());
    }
  }
}
