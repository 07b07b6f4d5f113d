package io.gatun.engine.example;

import io.gatun.engine.Tensor;
import io.gatun.engine.cli.Console;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;

/// A straight line through 100 points of `y = 2x + 1 + noise`, by gradient descent on the mean
/// squared error: one Dense layer with one unit. The least-squares line, which has a closed form,
/// is what it must find.
@Command(
    name = "linear-regression",
    description = {
      "Fits a line to 100 points of y = 2x + 1 + noise by gradient descent.",
      "",
      "Prints slope and intercept beside those of the least-squares solution.",
      ""
    },
    footer = {
      "  gatun train linear-regression",
      "  gatun train linear-regression --seed 7 --json",
      ""
    })
public final class LinearRegression extends Example {
  private static final int POINTS = 100;
  private static final double NOISE = 0.1;

  public LinearRegression(Console console) {
    super(console);
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    var random = session.random(0);
    float[] x = new float[POINTS];
    float[] y = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      x[i] = (float) random.nextDouble(-1, 1);
      y[i] = (float) (2 * x[i] + 1 + NOISE * random.nextGaussian());
    }
    var network = Sequential.of(Shape.of(1), Dense.of(1));
    var compilation = Compilation.of(Sgd.of(0.1), new MeanSquaredError());
    try (var xs = Tensor.of("x", TensorType.f32(POINTS, 1), x);
        var ys = Tensor.of("y", TensorType.f32(POINTS, 1), y);
        var model = session.model(network, compilation)) {
      var data = Dataset.of(xs, ys);
      // All points are one batch: plain gradient descent, whose end is the least-squares line.
      var options = FitOptions.untilEpoch(session.epochs(300, 100)).withBatchSize(POINTS);
      session.fit(model, data, options);
      double slope = model.variable("dense/kernel").item();
      double intercept = model.variable("dense/bias").item();
      var line = leastSquares(x, y);
      session.say("%-10s %16s %16s", "", "gradient descent", "least squares");
      session.say("%-10s %16.5f %16.5f", "slope", slope, line.slope);
      session.say("%-10s %16.5f %16.5f", "intercept", intercept, line.intercept);
      report.figure("slope", slope);
      report.figure("intercept", intercept);
      report.figure("mean squared error", model.evaluate(data).loss());
      double distance =
          Math.max(Math.abs(slope - line.slope), Math.abs(intercept - line.intercept));
      report.atMost("distance from least squares", distance, 1e-3, 1e-2);
    }
  }

  private record Line(double slope, double intercept) {}

  /// Slope `cov(x, y) / var(x)`, through the point of the means.
  private static Line leastSquares(float[] x, float[] y) {
    double meanX = IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
    double meanY = IntStream.range(0, y.length).mapToDouble(i -> y[i]).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += (x[i] - meanX) * (y[i] - meanY);
      variance += (x[i] - meanX) * (x[i] - meanX);
    }
    double slope = covariance / variance;
    return new Line(slope, meanY - slope * meanX);
  }
}
