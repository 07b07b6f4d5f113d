package io.gatun.examples;

import io.gatun.engine.Device;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Parts;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;

/// A layer, a loss and a metric of one's own that are functions.
final class FunctionParts {
  private FunctionParts() {}

  /// A network with these, trained, saved and read again.
  static Model run(Device device, Dataset data, Path file) throws IOException {
    // quote
    var mish = Layer.of("mish", (_, x) -> x.mul(Nn.softplus(x).tanh()));
    var quartic =
        Loss.of("quartic", (p, t) -> p.value().sub(p.numbers("quartic", t)).square().square());
    var bias = Metric.mean("bias", (p, t) -> p.value().sub(p.numbers("bias", t)));

    var network = Sequential.of(Shape.of(1), Dense.of(8), mish, Dense.of(1));
    try (var model = network.compile(device, Compilation.of(Adam.of(0.02), quartic, bias))) {
      model.fit(data, FitOptions.epochs(50));
      model.save(file);
    }
    var parts =
        Parts.builtIn()
            .withLayer("mish", _ -> mish)
            .withLoss("quartic", _ -> quartic)
            .withMetric("bias", _ -> bias);
    return Model.load(file, device, parts);
    // end
  }
}
