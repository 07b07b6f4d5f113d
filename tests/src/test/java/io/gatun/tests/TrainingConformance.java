package io.gatun.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.layer.LayerNorm;
import io.gatun.engine.nn.layer.MaxPool2D;
import io.gatun.engine.nn.layer.PositionalEmbedding;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.AdamW;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Training on a device gives the losses of the CPU device: forward pass, loss, backward pass and
/// optimizer of an MLP, a CNN and a Transformer of two blocks, the same batch again and again.
/// `-Dgatun.conformance=all` trains greater ones for more steps.
///
/// The tolerance is for sums of f32 in other orders: each step may double what the one before it
/// left, since Adam divides gradients by their size.
abstract class TrainingConformance {
  private static final double FIRST = 1e-5;
  private static final int CLASSES = 10;
  private static final boolean ALL = System.getProperty("gatun.conformance", "").equals("all");
  private static final int STEPS = ALL ? 8 : 3;

  /// The device under test; skips the test where it is not there.
  abstract Device open();

  @Test
  void anMlp() {
    int pixels = ALL ? 784 : 100;
    check(
        Sequential.of(
            TensorType.f32(pixels), Dense.of(ALL ? 128 : 32, Activation.RELU), Dense.of(CLASSES)),
        ALL ? 64 : 16);
  }

  @Test
  void aCnn() {
    int side = ALL ? 28 : 10;
    check(
        Sequential.of(
            TensorType.f32(side, side, 1),
            Conv2D.of(ALL ? 16 : 4, 3, Activation.RELU),
            MaxPool2D.of(2),
            Conv2D.of(ALL ? 32 : 8, 3, Activation.RELU),
            new Flatten(),
            Dense.of(CLASSES)),
        ALL ? 16 : 4);
  }

  @Test
  void aTransformer() {
    int window = ALL ? 32 : 8;
    int features = ALL ? 64 : 16;
    check(
        Sequential.of(
            TensorType.of(DType.I32, window),
            Embedding.of(CLASSES, features),
            PositionalEmbedding.of(window),
            TransformerBlock.decoder(2, 4 * features),
            TransformerBlock.decoder(2, 4 * features),
            LayerNorm.of(),
            Dense.of(CLASSES)),
        ALL ? 8 : 2);
  }

  private void check(Sequential network, int batch) {
    var actual = losses(open(), network, batch);
    var expected = losses(Devices.open("cpu"), network, batch);
    assertEquals(STEPS, actual.size());
    assertTrue(expected.getLast() < expected.getFirst(), "the CPU learns: " + expected);
    for (int step = 0; step < STEPS; step++) {
      double allowed = FIRST * (1 << step) * Math.max(1, expected.get(step));
      assertEquals(
          expected.get(step),
          actual.get(step),
          allowed,
          "loss of step %d; cpu %s, device %s".formatted(step, expected, actual));
    }
  }

  /// The loss of each step.
  private static List<Double> losses(Device opened, Sequential network, int batch) {
    var input = network.input();
    // A label for each sample, or for each integer of a sequence.
    var label = input.dtype() == DType.I32 ? input : TensorType.of(DType.I32);
    try (Device device = opened;
        var x = filled("x", input, batch, 1);
        var y = filled("y", label, batch, 2);
        var model = network.compile(device, compilation())) {
      var options = FitOptions.epochs(STEPS).withBatchSize(batch);
      return model.fit(Dataset.of(x, y), options).epochs().stream()
          .map(e -> e.results().loss())
          .toList();
    }
  }

  private static Compilation compilation() {
    return Compilation.of(AdamW.of(0.003), new SparseCategoricalCrossEntropy(true)).withSeed(7);
  }

  /// Seeded pixels, or seeded integers below the number of classes.
  private static Tensor filled(String name, TensorType each, int batch, int seed) {
    var random = new SplittableRandom(seed);
    var dimensions = new ArrayList<>(List.of(batch));
    dimensions.addAll(each.shape().dims());
    var tensor = Tensor.allocate(name, new TensorType(each.dtype(), new Shape(dimensions)));
    for (long i = 0; i < tensor.type().size(); i++) {
      if (each.dtype() == DType.I32) {
        tensor.data().setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt(CLASSES));
      } else {
        tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble());
      }
    }
    return tensor;
  }
}
