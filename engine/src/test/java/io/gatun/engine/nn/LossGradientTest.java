package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.loss.CategoricalCrossEntropy;
import io.gatun.engine.nn.loss.CosineDistance;
import io.gatun.engine.nn.loss.Focal;
import io.gatun.engine.nn.loss.Hinge;
import io.gatun.engine.nn.loss.Huber;
import io.gatun.engine.nn.loss.KullbackLeibler;
import io.gatun.engine.nn.loss.LogCosh;
import io.gatun.engine.nn.loss.MeanAbsoluteError;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.loss.Poisson;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Losses and gradients on the CPU as `make_loss_fixtures.py` computed them.
class LossGradientTest {
  private static final Device DEVICE = Devices.open("cpu");
  private static final TensorType ROWS = TensorType.f32(6, 4);
  private static final TensorType LABELS = TensorType.of(DType.I32, 6);
  private static final double RELATIVE = 1e-5;

  /// The fused cross-entropy keeps the logarithm of the sum of exponentials, which at 10,000 single
  /// precision rounds by 5e-4.
  private static final double RELATIVE_OF_GREAT_LOGITS = 1e-3;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private static void check(String name, Loss loss, String targetName) throws IOException {
    check(name, loss, targetName, Activation.LINEAR);
  }

  /// @param last the network's last activation, whose operand the gradient is of
  private static void check(String name, Loss loss, String targetName, Activation last)
      throws IOException {
    var fixtures = Fixtures.file("losses.json");
    var targetType = targetName.equals("label") || targetName.equals("ignored") ? LABELS : ROWS;
    var tracer = new Tracer();
    var x = tracer.input("x", ROWS);
    var y = tracer.input("y", targetType);
    var losses = loss.of(new Prediction(last.of(x)), y);
    var value = Sums.mean(losses, loss.counted(losses, y));
    tracer.output("loss", value);
    tracer.output("gradient", Gradient.of(value, List.of(x)).getFirst());
    var inputs = fixtures.path("inputs");
    try (var executable = DEVICE.compile(name, tracer.graph());
        var target = Tensor.of("y", targetType, Fixtures.floats(inputs.path(targetName)))) {
      for (var size : List.of("moderate", "extreme")) {
        var wanted = fixtures.path("losses").path(name).path(size);
        if (wanted.isMissingNode()) continue;
        try (var prediction = Tensor.of("x", ROWS, Fixtures.floats(inputs.path(size)));
            var mean = Tensor.allocate("loss", TensorType.f32());
            var gradient = Tensor.allocate("gradient", ROWS)) {
          executable.run(List.of(prediction, target), List.of(mean, gradient));
          boolean coarse = size.equals("extreme") && name.startsWith("sparse");
          double relative = coarse ? RELATIVE_OF_GREAT_LOGITS : RELATIVE;
          double lossWanted = wanted.path("loss").doubleValue();
          assertEquals(lossWanted, mean.item(), relative * lossWanted, name + " " + size);
          compare(name + " " + size, wanted.path("gradient"), gradient.toFloats(), relative);
        }
      }
    }
  }

  /// Relative to the greatest element.
  private static void compare(String what, JsonNode fixture, float[] found, double relative) {
    double[] wanted = Fixtures.doubles(fixture);
    double scale = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < wanted.length; i++) {
      double error = Math.abs(wanted[i] - found[i]);
      assertTrue(
          error <= relative * scale,
          "%s: gradient[%d] is %s, wanted %s".formatted(what, i, found[i], wanted[i]));
    }
  }

  @Test
  void regression() throws IOException {
    check("mean_absolute_error", new MeanAbsoluteError(), "target");
    check("mean_squared_error", new MeanSquaredError(), "target");
    check("huber", Huber.of(), "target");
    check("huber_half", new Huber(0.5), "target");
    check("log_cosh", new LogCosh(), "target");
    check("cosine_distance", new CosineDistance(), "target");
    check("poisson", new Poisson(), "counts");
  }

  @Test
  void twoClasses() throws IOException {
    check("hinge", Hinge.of(), "binary");
    check("hinge_squared", new Hinge(true), "binary");
    check("focal", new Focal(2, 0.25, true), "binary");
    check("focal", Focal.of(), "binary", Activation.SIGMOID);
    var plain = new BinaryCrossEntropy(true);
    check("binary_cross_entropy", plain, "binary");
    check("binary_cross_entropy", BinaryCrossEntropy.of(), "binary", Activation.SIGMOID);
    check("binary_weighted", plain.withPositiveWeight(2.5), "binary");
    check(
        "binary_weighted",
        BinaryCrossEntropy.of().withPositiveWeight(2.5),
        "binary",
        Activation.SIGMOID);
  }

  @Test
  void distributions() throws IOException {
    check("kullback_leibler", new KullbackLeibler(true), "soft");
    check("kullback_leibler", KullbackLeibler.of(), "soft", Activation.SOFTMAX);
    var plain = new CategoricalCrossEntropy(true);
    check("categorical", plain, "soft");
    check("categorical_smooth", plain.withSmoothing(0.1), "soft");
    var probabilities = CategoricalCrossEntropy.of().withSmoothing(0.1);
    check("categorical_smooth", probabilities, "soft", Activation.SOFTMAX);
  }

  @Test
  void labels() throws IOException {
    var plain = new SparseCategoricalCrossEntropy(true);
    check("sparse", plain, "label");
    check("sparse_smooth", plain.withSmoothing(0.1), "label");
    check("sparse_ignored", plain.withIgnoredLabel(-1), "ignored");
    check("sparse_ignored_smooth", plain.withIgnoredLabel(-1).withSmoothing(0.1), "ignored");
    var probabilities = SparseCategoricalCrossEntropy.of().withSmoothing(0.1);
    check("sparse_smooth", probabilities, "label", Activation.SOFTMAX);
  }

  /// Directions of vectors without length.
  @Test
  void zerosHaveFiniteGradients() {
    var tracer = new Tracer();
    var x = tracer.input("x", TensorType.f32(1, 2));
    var loss = new CosineDistance().of(new Prediction(x), x.filled(1)).sum();
    tracer.output("loss", loss);
    tracer.output("gradient", Gradient.of(loss, List.of(x)).getFirst());
    try (var executable = DEVICE.compile("cosine", tracer.graph());
        var zeros = Tensor.allocate("x", TensorType.f32(1, 2));
        var value = Tensor.allocate("loss", TensorType.f32());
        var gradient = Tensor.allocate("gradient", TensorType.f32(1, 2))) {
      executable.run(List.of(zeros), List.of(value, gradient));
      assertEquals(1, value.item());
      for (float g : gradient.toFloats()) assertTrue(Float.isFinite(g), "gradient " + g);
    }
  }

  @Test
  void ignoredPositionsNeedNoClass() {
    var loss = new SparseCategoricalCrossEntropy(true);
    var network = Sequential.of(Shape.of(2), Dense.of(3));
    try (var x = Tensor.of("x", TensorType.f32(4, 2), 1, 2, 3, 4, 5, 6, 7, 8);
        var y = Tensor.of("y", TensorType.of(DType.I32, 4), 0, -1, 2, -1);
        var none = Tensor.of("y", TensorType.of(DType.I32, 4), -1, -1, -1, -1);
        var kept = Tensor.of("x", TensorType.f32(2, 2), 1, 2, 5, 6);
        var keptLabels = Tensor.of("y", TensorType.of(DType.I32, 2), 0, 2);
        var model =
            network.compile(DEVICE, Compilation.of(Sgd.of(0.1), loss.withIgnoredLabel(-1)));
        var strict = network.compile(DEVICE, Compilation.of(Sgd.of(0.1), loss))) {
      var once = FitOptions.epochs(1);
      model.fit(Dataset.of(x, none), once);
      assertEquals(0, model.evaluate(Dataset.of(x, none)).loss());
      model.fit(Dataset.of(x, y), once);
      strict.fit(Dataset.of(kept, keptLabels), once);
      assertEquals(
          model.variable("dense/kernel").toNdArray().toDoubles()[3],
          strict.variable("dense/kernel").toNdArray().toDoubles()[3],
          1e-6);
      assertEquals(
          strict.evaluate(Dataset.of(kept, keptLabels)).loss(),
          model.evaluate(Dataset.of(x, y)).loss(),
          1e-6);
      var e = assertThrows(EngineException.class, () -> strict.fit(Dataset.of(x, y), once));
      assertTrue(e.getMessage().contains("label -1 of sample 1"), e.getMessage());
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    refused(() -> new Huber(0));
    refused(() -> BinaryCrossEntropy.of().withPositiveWeight(0));
    refused(() -> CategoricalCrossEntropy.of().withSmoothing(1));
    refused(() -> SparseCategoricalCrossEntropy.of().withSmoothing(-0.1));
    refused(() -> new Focal(-1, 0.5, true));
    refused(() -> new Focal(2, 1.5, true));
  }

  private static void refused(Runnable action) {
    assertThrows(IllegalArgumentException.class, action::run);
  }
}
