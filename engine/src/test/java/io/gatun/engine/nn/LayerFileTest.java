package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Dropout;
import io.gatun.engine.nn.layer.GaussianNoise;
import io.gatun.engine.nn.layer.Padding;
import io.gatun.engine.nn.layer.SpatialDropout;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every layer survives a file: with its settings, and its parameters so that it predicts the same.
class LayerFileTest {
  private static final Device DEVICE = Devices.open("reference");

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /// A block and what it is applied to: the type of a batch of each operand.
  private record Use(Block block, List<TensorType> operands) {
    static Use of(Block block, int... dims) {
      return new Use(block, List.of(TensorType.f32(dims)));
    }

    @Override
    public String toString() {
      return block + " on " + operands;
    }
  }

  static List<Use> uses() {
    var fixtures = LayerCase.withFixtures().stream().map(c -> new Use(c.block(), c.operands()));
    var normal = Initializer.normal(0, 0.1);
    var others =
        Stream.of(
            Use.of(Activation.GELU, 2, 3),
            Use.of(Conv2D.of(2, 3, Activation.RELU).withPadding(Padding.SAME), 1, 4, 4, 2),
            Use.of(Dense.of(3).withoutBias().withKernelInitializer(normal), 2, 4),
            Use.of(new Dropout(0.25), 2, 3),
            Use.of(Dense.of(2).frozen(), 2, 3),
            Use.of(new GaussianNoise(0.5), 2, 3),
            Use.of(new SpatialDropout(0.25), 2, 3, 4));
    return Stream.concat(fixtures, others).toList();
  }

  @ParameterizedTest
  @MethodSource("uses")
  void predictsTheSame(Use use) throws IOException {
    var symbols = new ArrayList<Symbol>();
    var columns = new ArrayList<Column>();
    for (var type : use.operands()) {
      var dims = type.shape().dims();
      var sample = type.with(new Shape(dims.subList(1, dims.size())));
      var name = "x" + symbols.size();
      symbols.add(Symbol.input(name, sample));
      columns.add(Column.of(name, Literal.of(NdArray.of(type, i -> i % 4))));
    }
    var network =
        Functional.of(symbols, List.of(Symbol.of(use.block(), symbols.toArray(Symbol[]::new))));
    var file = folder.resolve("layer.safetensors");
    var compilation = Compilation.of(Sgd.of(0.1), new MeanSquaredError());
    try (var model = network.compile(DEVICE, compilation)) {
      model.save(file);
      try (var again = Model.load(file, DEVICE);
          var before = model.predict(columns, 8).getFirst();
          var after = again.predict(columns, 8).getFirst()) {
        assertEquals(network, again.network());
        assertArrayEquals(before.toFloats(), after.toFloats());
      }
    }
  }

  @Test
  void everyKindIsTested() {
    var kinds = new TreeSet<String>();
    uses().forEach(use -> kinds.add(use.block().kind()));
    assertEquals(new TreeSet<>(Parts.builtIn().layers().keySet()), kinds);
  }
}
