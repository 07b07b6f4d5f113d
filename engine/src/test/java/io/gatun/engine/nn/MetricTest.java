package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.metric.Average;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.metric.Auc;
import io.gatun.engine.nn.metric.Confusion;
import io.gatun.engine.nn.metric.CosineSimilarity;
import io.gatun.engine.nn.metric.F1;
import io.gatun.engine.nn.metric.MeanLoss;
import io.gatun.engine.nn.metric.Over;
import io.gatun.engine.nn.metric.Perplexity;
import io.gatun.engine.nn.metric.Precision;
import io.gatun.engine.nn.metric.RSquared;
import io.gatun.engine.nn.metric.Recall;
import io.gatun.engine.nn.metric.RootMeanSquaredError;
import io.gatun.engine.nn.metric.TopKAccuracy;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.Results;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Metrics on the CPU as `make_metric_fixtures.py` computed them, in batches of different sizes.
class MetricTest {
  private static final Device DEVICE = Devices.open("cpu");
  private static final int SAMPLES = 60;
  private static final int BATCH = 14;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /// A model that gives what it is given.
  private static Model identity(int size, Loss loss, Metric... metrics) {
    return Sequential.of(Shape.of(size), Activation.LINEAR)
        .compile(DEVICE, Compilation.of(Sgd.of(0.1), loss, metrics));
  }

  private static Tensor numbers(JsonNode list, int size) {
    int rows = list.size() / size;
    return Tensor.of("numbers", TensorType.f32(rows, size), Fixtures.floats(list));
  }

  private static Tensor labels(JsonNode list) {
    return Tensor.of("labels", TensorType.of(DType.I32, list.size()), Fixtures.floats(list));
  }

  private static Results evaluate(Model model, Tensor x, Tensor y) {
    return model.evaluate(Dataset.of(x, y), BATCH);
  }

  private static void check(JsonNode fixture, String key, Results results, String name) {
    double wanted = fixture.path(key).doubleValue();
    assertTrue(wanted > 0, key);
    assertEquals(wanted, results.metric(name), 1e-5 * wanted, name);
  }

  @Test
  void ofSeveralClasses() throws IOException {
    var fixture = Fixtures.file("metrics.json").path("classification");
    var loss = new SparseCategoricalCrossEntropy(true);
    try (var x = numbers(fixture.path("scores"), 5);
        var y = labels(fixture.path("labels"));
        var model =
            identity(
                5,
                loss,
                new Accuracy(),
                new TopKAccuracy(1),
                new TopKAccuracy(2),
                new TopKAccuracy(3),
                new Perplexity(loss),
                new Confusion())) {
      var results = evaluate(model, x, y);
      check(fixture, "accuracy", results, "accuracy");
      check(fixture, "accuracy", results, "confusion");
      for (int k = 1; k <= 3; k++) check(fixture, "top" + k, results, "top_" + k + "_accuracy");
      double perplexity = Math.exp(fixture.path("log_loss").doubleValue());
      assertEquals(perplexity, results.metric("perplexity"), 1e-5 * perplexity);
      var matrix = model.confusionMatrix(Dataset.of(x, y), BATCH);
      checkMatrix(fixture.path("confusion"), matrix.counts());
      assertEquals(SAMPLES, matrix.total());
    }
  }

  private static void checkMatrix(JsonNode wanted, long[][] counts) {
    long[][] rows =
        StreamSupport.stream(wanted.spliterator(), false)
            .map(
                row ->
                    StreamSupport.stream(row.spliterator(), false)
                        .mapToLong(JsonNode::longValue)
                        .toArray())
            .toArray(long[][]::new);
    assertArrayEquals(rows, counts);
  }

  @Test
  void averagesOverClasses() throws IOException {
    var fixture = Fixtures.file("metrics.json").path("classification");
    for (var average : Average.values()) {
      var name = average.name().toLowerCase(Locale.ROOT);
      try (var x = numbers(fixture.path("scores"), 5);
          var y = labels(fixture.path("labels"));
          var model =
              identity(
                  5,
                  new SparseCategoricalCrossEntropy(true),
                  Precision.of(average),
                  Recall.of(average),
                  F1.of(average))) {
        var results = evaluate(model, x, y);
        check(fixture.path(name), "precision", results, "precision_" + name);
        check(fixture.path(name), "recall", results, "recall_" + name);
        check(fixture.path(name), "f1", results, "f1_" + name);
      }
    }
  }

  @Test
  void ofOneClass() throws IOException {
    var fixture = Fixtures.file("metrics.json").path("classification");
    var each = fixture.path("classes");
    for (int label = 0; label < 5; label += 2) {
      try (var x = numbers(fixture.path("scores"), 5);
          var y = labels(fixture.path("labels"));
          var model =
              identity(
                  5,
                  new SparseCategoricalCrossEntropy(true),
                  Precision.ofClass(label),
                  Recall.ofClass(label),
                  F1.ofClass(label))) {
        var results = evaluate(model, x, y);
        for (var kind : new String[] {"precision", "recall", "f1"}) {
          double wanted = each.path(kind).get(label).doubleValue();
          assertEquals(wanted, results.metric(kind + "_class_" + label), 1e-12, kind + label);
        }
      }
    }
    assertThrows(
        GraphException.class,
        () -> identity(5, new SparseCategoricalCrossEntropy(true), F1.ofClass(5)).close());
  }

  @Test
  void ofTwoClasses() throws IOException {
    var fixture = Fixtures.file("metrics.json").path("binary");
    try (var x = numbers(fixture.path("probability"), 1);
        var y = numbers(fixture.path("labels"), 1);
        var model =
            identity(
                1,
                new MeanSquaredError(),
                Precision.of(),
                Recall.of(),
                F1.of(),
                new Accuracy(),
                new Auc(64, false),
                new Confusion())) {
      var results = evaluate(model, x, y);
      check(fixture.path("half"), "precision", results, "precision");
      check(fixture.path("half"), "recall", results, "recall");
      check(fixture.path("half"), "f1", results, "f1");
      check(fixture, "accuracy", results, "accuracy");
      check(fixture, "auc", results, "auc");
      checkMatrix(
          fixture.path("confusion"), model.confusionMatrix(Dataset.of(x, y), BATCH).counts());
    }
    var quarter = new Over.Positives(0.25);
    try (var x = numbers(fixture.path("probability"), 1);
        var y = numbers(fixture.path("labels"), 1);
        var model =
            identity(
                1,
                new MeanSquaredError(),
                new Precision(quarter),
                new Recall(quarter),
                new F1(quarter))) {
      var results = evaluate(model, x, y);
      for (var kind : new String[] {"precision", "recall", "f1"}) {
        check(fixture.path("quarter"), kind, results, kind);
      }
    }
  }

  @Test
  void theAreaUnderTheCurveIsThatOfItsBins() throws IOException {
    var fixture = Fixtures.file("metrics.json").path("binary");
    try (var x = numbers(fixture.path("fine"), 1);
        var y = numbers(fixture.path("labels"), 1);
        var exact = identity(1, new MeanSquaredError(), new Auc(4096, false));
        var coarse = identity(1, new MeanSquaredError(), Auc.of())) {
      check(fixture, "auc_fine", evaluate(exact, x, y), "auc");
      double wanted = fixture.path("auc_fine").doubleValue();
      assertEquals(wanted, evaluate(coarse, x, y).metric("auc"), 1.0 / 200);
    }
  }

  @Test
  void ofNumbers() throws IOException {
    var fixture = Fixtures.file("metrics.json").path("regression");
    try (var p = numbers(fixture.path("predictions"), 3);
        var t = numbers(fixture.path("targets"), 3);
        var farP = numbers(fixture.path("far_predictions"), 3);
        var farT = numbers(fixture.path("far_targets"), 3);
        var model =
            identity(
                3,
                new MeanSquaredError(),
                MeanLoss.absoluteError(),
                MeanLoss.squaredError(),
                new RootMeanSquaredError(),
                new RSquared(),
                new CosineSimilarity())) {
      var results = evaluate(model, p, t);
      for (var name :
          new String[] {
            "mean_absolute_error",
            "mean_squared_error",
            "root_mean_squared_error",
            "r2",
            "cosine_similarity"
          }) {
        check(fixture, name, results, name);
      }
      check(fixture, "far_r2", evaluate(model, farP, farT), "r2");
    }
  }

  @Test
  void ratiosWithoutADenominatorAreZero() {
    try (var no = Tensor.of("x", TensorType.f32(3, 1), 0.1f, 0.2f, 0.3f);
        var none = Tensor.of("y", TensorType.f32(3, 1), 0, 0, 0);
        var model =
            identity(
                1,
                new MeanSquaredError(),
                Precision.of(),
                Recall.of(),
                F1.of(),
                Auc.of(),
                new RSquared())) {
      var results = evaluate(model, no, none);
      results.metrics().forEach((name, figure) -> assertEquals(0, figure, name));
      assertEquals(1, evaluate(model, none, none).metric("r2"), "constant and right");
    }
  }

  @Test
  void labelsThatAreNoClassDoNotCount() {
    var loss = new SparseCategoricalCrossEntropy(true).withIgnoredLabel(-1);
    float nan = Float.NaN;
    try (var x = Tensor.of("x", TensorType.f32(4, 2), 1, 0, 1, 0, 0, 1, nan, nan);
        var y = Tensor.of("y", TensorType.of(DType.I32, 4), 0, -1, 0, -1);
        var model =
            identity(
                2,
                loss,
                new Accuracy(),
                new TopKAccuracy(1),
                Precision.of(Average.MACRO),
                new Confusion(),
                new Perplexity(loss))) {
      var results = evaluate(model, x, y);
      assertEquals(0.5, results.metric("accuracy"));
      assertEquals(0.5, results.metric("top_1_accuracy"));
      assertEquals(0.5, results.metric("precision_macro"));
      assertArrayEquals(
          new long[][] {{1, 1}, {0, 0}}, model.confusionMatrix(Dataset.of(x, y), BATCH).counts());
      double mean = Math.log1p(Math.exp(1)) - 0.5;
      assertEquals(mean, results.loss(), 1e-6);
      assertEquals(Math.exp(mean), results.metric("perplexity"), 1e-5);
    }
  }

  @Test
  void scoresThatTieOrAreNoNumbers() {
    float nan = Float.NaN;
    try (var x = Tensor.of("x", TensorType.f32(4, 3), 1, 1, 1, 1, 1, 1, nan, 1, 2, 1, nan, 0);
        var y = Tensor.of("y", TensorType.of(DType.I32, 4), 0, 2, 0, 0);
        var model =
            identity(
                3,
                new SparseCategoricalCrossEntropy(true),
                new TopKAccuracy(1),
                new TopKAccuracy(2),
                new TopKAccuracy(3))) {
      var results = evaluate(model, x, y);
      assertEquals(0.25, results.metric("top_1_accuracy"), "the first of three that tie");
      assertEquals(0.5, results.metric("top_2_accuracy"), "one after NaN");
      assertEquals(0.75, results.metric("top_3_accuracy"), "all but NaN");
    }
  }

  @Test
  void aMatrixMustHaveBeenAskedFor() {
    try (var x = Tensor.of("x", TensorType.f32(1, 1), 1);
        var model = identity(1, new MeanSquaredError())) {
      var e =
          assertThrows(EngineException.class, () -> model.confusionMatrix(Dataset.of(x, x), BATCH));
      assertTrue(e.getMessage().contains("new Confusion()"), e.getMessage());
    }
  }
}
