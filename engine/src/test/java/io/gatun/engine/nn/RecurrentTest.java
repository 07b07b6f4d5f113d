package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.nn.layer.Bidirectional;
import io.gatun.engine.nn.layer.GRU;
import io.gatun.engine.nn.layer.LSTM;
import io.gatun.engine.nn.layer.Recurrent;
import io.gatun.engine.nn.layer.SimpleRNN;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The memory of recurrent layers from batch to batch.
class RecurrentTest {
  private static final Device DEVICE = Devices.open("reference");
  private static final int TIME = 3;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static List<Recurrent<?>> layers() {
    return List.of(SimpleRNN.of(2), LSTM.of(2), GRU.of(2));
  }

  private static Model model(int time, Recurrent<?> layer) {
    var compilation = Compilation.of(Sgd.of(0.1), new MeanSquaredError()).withSeed(3);
    return Sequential.of(Shape.of(time, 1), layer.withSequences().named("memory"))
        .compile(DEVICE, compilation);
  }

  /// Element `t` of sample `s` in the long form, two samples of length 2 T, is `f(s, t)`; the short
  /// form has four of length T, of which the last two go on from the first two.
  private static Column column(String name, boolean isLong, int features) {
    var type = TensorType.f32(isLong ? 2 : 4, isLong ? 2 * TIME : TIME, features);
    var array =
        NdArray.of(
            type,
            i -> {
              int feature = i % features;
              int t = i / features % type.shape().dim(1);
              int s = i / features / type.shape().dim(1);
              int time = t + s / 2 * TIME;
              return Math.sin(1 + s % 2 * 7 + time * 1.3 + feature);
            });
    return Column.of(name, Literal.of(array));
  }

  private static Dataset data(boolean isLong) {
    return new Dataset(List.of(column("x", isLong, 1)), List.of(column("y", isLong, 2)));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void batchesGoOnWhereTheLastLeftOff(Recurrent<?> layer) {
    try (var whole = model(2 * TIME, layer);
        var parts = model(TIME, layer.withState(2));
        var forgetful = model(TIME, layer)) {
      double wanted = whole.evaluate(data(true), 2).loss();
      assertEquals(wanted, parts.evaluate(data(false), 2).loss(), 1e-6);
      assertEquals(wanted, parts.evaluate(data(false), 2).loss(), 1e-6, "a second time");
      double without = forgetful.evaluate(data(false), 2).loss();
      assertNotEquals(wanted, without, 1e-4);
      assertEquals(without, parts.evaluate(data(false), 4).loss(), 1e-6, "batches of another size");
      var input = column("x", false, 1);
      try (var a = parts.predict(input, 2);
          var b = forgetful.predict(input, 2)) {
        assertArrayEquals(b.toFloats(), a.toFloats(), "prediction");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void trainingCarriesTheStateButNoGradient(Recurrent<?> layer) {
    var options = FitOptions.epochs(2).withBatchSize(2).withShuffle(false);
    try (var scanned = model(TIME, layer.withState(2));
        var unrolled = model(TIME, layer.withState(2).unrolled())) {
      var one = scanned.fit(data(false), options);
      var other = unrolled.fit(data(false), options);
      assertEquals(one.last().results().loss(), other.last().results().loss(), 1e-6);
      assertArrayEquals(
          scanned.variable("memory/kernel").toFloats(),
          unrolled.variable("memory/kernel").toFloats(),
          1e-6f);
    }
  }

  @Test
  void bothDirectionsAreTheLayersOwn() {
    assertThrows(IllegalArgumentException.class, () -> new Bidirectional(LSTM.of(2).backwards()));
  }
}
