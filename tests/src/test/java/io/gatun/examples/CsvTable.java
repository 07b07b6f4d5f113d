package io.gatun.examples;

import io.gatun.engine.Device;
import io.gatun.engine.data.Balance;
import io.gatun.engine.data.Labels;
import io.gatun.engine.data.MissingValues;
import io.gatun.engine.data.Scaler;
import io.gatun.engine.data.Split;
import io.gatun.engine.data.Table;
import io.gatun.engine.data.TableSchema;
import io.gatun.engine.metric.ClassificationReport;
import io.gatun.engine.metric.ConfusionMatrix;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/// From a CSV file to a confusion matrix.
final class CsvTable {
  private CsvTable() {}

  static ConfusionMatrix run(Device device, Path csv) throws IOException {
    // quote
    var schema =
        TableSchema.ofNumbers("height", "girth")
            .withTexts("kind")
            .with(new MissingValues.DropRow());
    try (var arena = Arena.ofShared()) {
      var table = Table.read(csv, schema);
      var features = table.features("tree", List.of("height", "girth"), arena);
      var labels = table.labels("kind");
      var split = Split.stratified(labels, 0, 0.3, 1);
      var scaler = Scaler.standard(features.rows(split.train(), arena)); // of training rows alone
      var scaled = scaler.transform(features, arena);
      var parts = split.of(Dataset.of(scaled, labels.column("kind", arena)), arena);
      var weights = Balance.sampleWeights(labels.rows(split.train()), arena);

      var network =
          Sequential.of(
              Shape.of(2),
              Dense.of(8, Activation.TANH),
              Dense.of(labels.classes().size(), Activation.SOFTMAX));
      var compilation = Compilation.of(Adam.of(0.02), SparseCategoricalCrossEntropy.of());
      try (var model = network.compile(device, compilation)) {
        model.fit(parts.train().withWeights(weights), FitOptions.epochs(40));
        try (var scores = model.predict(parts.test().inputs().getFirst(), 64)) {
          var predicted = Labels.predicted(Column.of(scores), labels.classes());
          var matrix = labels.rows(split.test()).confusion(predicted);
          System.out.println(ClassificationReport.of(matrix));
          return matrix;
        }
      }
    }
    // end
  }
}
