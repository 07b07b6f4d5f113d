package io.gatun.examples;

import io.gatun.engine.Device;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Parts;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.Settings;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.Results;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;

/// The layer, loss and metric of the page on parts of one's own.
final class OwnParts {
  private OwnParts() {}

  // quote layer
  /// `x * sigmoid(beta * x)` with a learned `beta` for each feature (Ramachandran et al. 2017).
  ///
  /// @param first value of each `beta`
  record Swish(double first) implements Layer {
    @Override
    public String kind() {
      return "swish";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("first", first);
    }

    static Swish read(Fields f) throws IOException {
      return new Swish(f.number("first"));
    }

    @Override
    public Value apply(Scope scope, Value x) {
      Checks.fits(x.rank() >= 2, "swish: wants [samples, ..., features], got %s", x.type());
      var beta = scope.parameter("beta", Shape.of(x.dim(-1)), Initializer.constant(first));
      return x.mul(x.mul(beta).sigmoid());
    }
  }

  // end

  // quote loss
  /// The quantile loss `max(q e, (q - 1) e)` of the error `e = target - prediction` (Koenker and
  /// Bassett 1978): least where a share `q` of the targets is below the prediction.
  record Quantile(double q) implements Loss {
    Quantile {
      Checks.range("quantile: q", q, 0, 1);
    }

    @Override
    public String kind() {
      return "quantile";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("q", q);
    }

    static Quantile read(Fields f) throws IOException {
      return new Quantile(f.number("q"));
    }

    @Override
    public Value of(Prediction prediction, Value target) {
      var error = prediction.numbers(kind(), target).sub(prediction.value());
      return Prediction.perSample(error.mul(q).maximum(error.mul(q - 1)));
    }
  }

  // end

  // quote metric
  /// The share of targets below the prediction.
  static final Metric COVERAGE =
      Metric.mean(
          "coverage",
          (prediction, target) ->
              prediction.numbers("coverage", target).lt(prediction.value()).cast(DType.F32));

  // end

  /// Trains on data with one feature and one target; what the model gives that was saved and read.
  static Results run(Device device, Dataset data, Path file) throws IOException {
    // quote use
    var network = Sequential.of(Shape.of(1), Dense.of(16), new Swish(1), Dense.of(1));
    var compilation = Compilation.of(Adam.of(0.02), new Quantile(0.9), COVERAGE);
    try (var model = network.compile(device, compilation)) {
      model.fit(data, FitOptions.epochs(120));
      model.save(file);
    }
    var parts =
        Parts.builtIn()
            .withLayer("swish", Swish::read)
            .withLoss("quantile", Quantile::read)
            .withMetric("coverage", _ -> COVERAGE);
    try (var model = Model.load(file, device, parts)) {
      return model.evaluate(data);
    }
    // end
  }
}
