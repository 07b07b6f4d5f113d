package io.gatun.examples;

import io.gatun.engine.Devices;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.Results;
import io.gatun.engine.train.TerminalProgress;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;

/// The first model of the README.
final class FirstModel {
  private FirstModel() {}

  static Results run(Dataset training, Dataset test, Path file) throws IOException {
    // quote
    var network =
        Sequential.of(
            Shape.of(28, 28),
            new Flatten(),
            Dense.of(128, Activation.RELU),
            Dense.of(10, Activation.SOFTMAX));
    var compilation = Compilation.of(Adam.of(), SparseCategoricalCrossEntropy.of(), new Accuracy());

    try (var device = Devices.open("cpu");
        var model = network.compile(device, compilation)) {
      model.fit(training, FitOptions.epochs(5).withCallback(TerminalProgress.of(System.out)));
      model.save(file);
      return model.evaluate(test);
    }
    // end
  }
}
