package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.text.MessageFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void useAfterCloseNamesTheTensor() {
    var tensor = Tensor.of("weights", TensorType.f32(2), 1, 2);
    tensor.close();
    tensor.close();
    var error = assertThrows(EngineException.class, tensor::toFloats);
    assertTrue(error.getMessage().contains("\"weights\" of f32[2] is closed"), error.getMessage());
  }

  @Test
  void wrapsTheCallersMemoryWithoutACopy() {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(8, 4);
      var tensor = Tensor.wrap("x", TensorType.f32(2), memory);
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 5);
      assertArrayEquals(new float[] {0, 5}, tensor.toFloats());
      tensor.close();
      assertEquals(5, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 1));
    }
  }

  @Test
  void refusesSegmentsOfAnotherSizeOrOnTheHeap() {
    var heap = MemorySegment.ofArray(new float[2]);
    var type = TensorType.f32(2);
    assertThrows(EngineException.class, () -> Tensor.wrap("x", type, heap));
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(9);
      var error = assertThrows(EngineException.class, () -> Tensor.wrap("x", type, memory));
      assertTrue(error.getMessage().contains("8 bytes"), error.getMessage());
    }
  }

  @Test
  void outOfMemorySaysWhatWasAskedFor() {
    var type = TensorType.of(DType.F64, Integer.MAX_VALUE, 1 << 20);
    var error = assertThrows(EngineException.class, () -> Tensor.allocate("huge", type));
    assertTrue(error.getMessage().contains("\"huge\""), error.getMessage());
    assertTrue(error.getMessage().contains(Long.toString(type.bytes())), error.getMessage());
  }

  @Test
  void aForgottenTensorIsReportedWithItsSite() throws InterruptedException {
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            String message = MessageFormat.format(line.getMessage(), line.getParameters());
            // Other tests may have forgotten tensors of their own.
            if (message.contains("\"forgotten\"")) messages.add(message);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    var logger = Logger.getLogger(Tensor.class.getName());
    logger.addHandler(handler);
    try {
      forget();
      String message = null;
      for (int i = 0; message == null && i < 100; i++) {
        System.gc();
        message = messages.poll(100, TimeUnit.MILLISECONDS);
      }
      assertNotNull(message, "the forgotten tensor was never reported");
      assertTrue(message.startsWith("tensor \"forgotten\" f32[3] was never closed"), message);
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void aSegmentOutlivesAForgottenTensor() {
    var data = Tensor.of("x", TensorType.f32(1), 7).data();
    for (int i = 0; i < 3; i++) System.gc();
    assertEquals(7, data.get(ValueLayout.JAVA_FLOAT, 0));
  }

  private static void forget() {
    Tensor.allocate("forgotten", TensorType.f32(3));
  }
}
