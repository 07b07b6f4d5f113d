package io.gatun.engine.example;

import io.gatun.engine.cli.Console;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;

/// Two classes of points with 5 features that no straight line separates: a point belongs to class
/// 1 when it lies within the ball that holds half of them. A network of two hidden layers learns
/// the ball's surface; logistic regression would be right for about half of the points.
@Command(
    name = "mlp",
    description = {
      "Trains a two-class network on points with 5 features.",
      "",
      "A point belongs to class 1 when it lies within a ball. The network is Dense(32, relu),"
          + " Dense(16, relu), Dense(1, sigmoid) on binary cross-entropy.",
      ""
    },
    footer = {"  gatun train mlp", "  gatun train mlp --epochs 10 --out ball", ""})
public final class Mlp extends Example {
  private static final int FEATURES = 5;

  /// The median of the chi-squared distribution with 5 degrees of freedom.
  private static final double SQUARED_RADIUS = 4.3515;

  public Mlp(Console console) {
    super(console);
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    var network =
        Sequential.of(
            Shape.of(FEATURES),
            Dense.of(32, Activation.RELU),
            Dense.of(16, Activation.RELU),
            Dense.of(1, Activation.SIGMOID));
    var compilation = Compilation.of(Adam.of(0.005), BinaryCrossEntropy.of(), new Accuracy());
    var training = points(session, 4000, session.random(0));
    var test = points(session, 1000, session.random(1));
    try (var model = session.model(network, compilation)) {
      var options = FitOptions.untilEpoch(session.epochs(30, 8)).withValidation(test);
      session.fit(model, training, options);
      session.save(model);
      report.atLeast("test accuracy", model.evaluate(test).metric("accuracy"), 0.95, 0.85);
    }
  }

  private static Dataset points(Session session, int count, SplittableRandom random) {
    float[] x = new float[count * FEATURES];
    float[] label = new float[count];
    for (int i = 0; i < count; i++) {
      double squares = 0;
      for (int f = 0; f < FEATURES; f++) {
        double feature = random.nextGaussian();
        x[i * FEATURES + f] = (float) feature;
        squares += feature * feature;
      }
      label[i] = squares < SQUARED_RADIUS ? 1 : 0;
    }
    return Dataset.of(
        session.column("points", TensorType.f32(count, FEATURES), x),
        session.column("class", TensorType.f32(count, 1), label));
  }
}
