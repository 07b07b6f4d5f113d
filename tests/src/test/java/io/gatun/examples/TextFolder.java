package io.gatun.examples;

import io.gatun.engine.Device;
import io.gatun.engine.data.text.LabelledTexts;
import io.gatun.engine.data.text.TfIdf;
import io.gatun.engine.data.text.TfIdfOptions;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.Results;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/// Texts in a folder for each class, told apart by their terms.
final class TextFolder {
  private TextFolder() {}

  static Results run(Device device, Path root) throws IOException {
    // quote
    try (var arena = Arena.ofShared()) {
      var texts = LabelledTexts.read(root, System.err::println).split(0.25, 1);
      var terms = TfIdf.fit(texts.train().texts(), TfIdfOptions.defaults());
      var training =
          Dataset.of(
              terms.transform("terms", texts.train().texts(), arena),
              texts.train().labelColumn("class", arena));
      var test =
          Dataset.of(
              terms.transform("terms", texts.test().texts(), arena),
              texts.test().labelColumn("class", arena));
      var layer = Dense.of(texts.train().classes().size(), Activation.SOFTMAX);
      var network = Sequential.of(Shape.of(terms.terms().size()), layer);
      var compilation =
          Compilation.of(Adam.of(0.02), SparseCategoricalCrossEntropy.of(), new Accuracy());
      try (var model = network.compile(device, compilation)) {
        model.fit(training, FitOptions.epochs(40).withBatchSize(8));
        return model.evaluate(test);
      }
    }
    // end
  }
}
