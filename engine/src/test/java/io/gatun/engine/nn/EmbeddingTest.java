package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EmbeddingTest {
  private static final Device DEVICE = Devices.open("reference");
  private static final TensorType WORDS = TensorType.of(DType.U8, 3);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private static Model model() {
    return Sequential.of(WORDS, Embedding.of(5, 2), new Flatten(), Dense.of(1))
        .compile(DEVICE, Compilation.of(Sgd.of(0.1), new MeanSquaredError()));
  }

  private static Tensor words(double... words) {
    return Tensor.of("words", NdArray.of(TensorType.of(DType.U8, 2, 3), words));
  }

  private static void refused(Executable call) {
    var message = assertThrows(EngineException.class, call).getMessage();
    assertTrue(message.contains("index 5 of sample 1 in column \"words\""), message);
    assertTrue(message.contains("[0, 5)"), message);
  }

  @Test
  void indicesOutOfRangeAreRefused() {
    try (var model = model();
        var y = Tensor.of("y", TensorType.f32(2, 1), 1, 2);
        var good = words(0, 1, 2, 3, 4, 0);
        var bad = words(0, 1, 2, 3, 4, 5)) {
      assertEquals(1, model.fit(Dataset.of(good, y), FitOptions.epochs(1)).epochs().size());
      refused(() -> model.fit(Dataset.of(bad, y), FitOptions.epochs(1)));
      refused(() -> model.evaluate(Dataset.of(bad, y)));
      refused(() -> model.predict(bad));
    }
  }

  @Test
  void floatsAreRefused() {
    var e =
        assertThrows(GraphException.class, () -> Sequential.of(Shape.of(3), Embedding.of(5, 2)));
    assertTrue(e.getMessage().contains("DType.I32"), e.getMessage());
  }
}
