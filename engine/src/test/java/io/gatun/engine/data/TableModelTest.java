package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Devices;
import io.gatun.engine.metric.ClassificationReport;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a CSV file with gaps, features of very different size and unequal classes to a model and
/// its report.
class TableModelTest {
  private static final String[] KINDS = {"oak", "ash", "elm"};

  @TempDir Path folder;

  private Path csv() throws IOException {
    var random = new SplittableRandom(3);
    var text = new StringBuilder("height,girth,kind\n");
    for (int i = 0; i < 300; i++) {
      int kind = i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2;
      double height = 1e4 * (kind + 0.15 * random.nextGaussian());
      double girth = 1e-3 * (kind % 2 + 0.15 * random.nextGaussian());
      String shown = i % 50 == 7 ? "NA" : String.valueOf(girth);
      text.append(String.format(Locale.ROOT, "%.1f,%s,%s%n", height, shown, KINDS[kind]));
    }
    return Files.writeString(folder.resolve("trees.csv"), text);
  }

  @Test
  void learnsFromACsvFile() throws IOException {
    var schema =
        TableSchema.ofNumbers("height", "girth")
            .withTexts("kind")
            .with(new MissingValues.DropRow());
    try (var arena = Arena.ofShared()) {
      var table = Table.read(csv(), schema);
      assertEquals(294, table.rows());
      var labels = table.labels("kind");
      var split = Split.stratified(labels, 0, 0.3, 1);
      var parts = split.of(Datasets.classes(table, "kind", arena), arena);
      var trainLabels = labels.rows(split.train());
      var scaler = Scaler.standard(parts.train().inputs().getFirst());
      var training =
          Dataset.of(input(parts.train(), scaler, arena), parts.train().targets().getFirst())
              .withWeights(Balance.sampleWeights(trainLabels, arena));
      var compilation = Compilation.of(Adam.of(0.02), SparseCategoricalCrossEntropy.of());
      try (var device = Devices.open("cpu");
          var model =
              Sequential.of(
                      Shape.of(2), Dense.of(8, Activation.TANH), Dense.of(3, Activation.SOFTMAX))
                  .compile(device, compilation)) {
        model.fit(training, FitOptions.epochs(40));
        try (var scores = model.predict(input(parts.test(), scaler, arena), 64)) {
          var predicted = Labels.predicted(Column.of(scores), labels.classes());
          var matrix = labels.rows(split.test()).confusion(predicted);
          var report = ClassificationReport.of(matrix).toString();
          assertEquals(split.test().length, matrix.total());
          assertTrue(matrix.accuracy() > 0.97, report);
          assertTrue(matrix.recall(labels.classes().names().indexOf("elm")) > 0.9, report);
        }
      }
    }
  }

  private static Column input(Dataset part, Scaler scaler, Arena arena) {
    return scaler.transform(part.inputs().getFirst(), arena);
  }
}
