package io.gatun.graph.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Broken models end in an [OnnxException] that says what is wrong, or are read.
class OnnxFuzzTest {
  private static final List<String> MODELS =
      List.of("mlp", "computed-shape", "function", "branch", "convnet", "lstm", "external");

  private static void read(String context, byte[] bytes) {
    try {
      Onnx.model("fuzzed", bytes).graph(Bindings.none().dimension("batch", 2));
    } catch (OnnxException e) {
      assertTrue(e.getMessage() != null && !e.getMessage().isEmpty(), context);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(context, e);
    }
  }

  @Test
  void changedBytesAreReadOrRefused() throws IOException {
    for (String name : MODELS) {
      byte[] good = Files.readAllBytes(OnnxTest.fixture(name));
      for (int seed = 0; seed < 300; seed++) {
        var random = new Random(seed);
        byte[] bytes = good.clone();
        for (int n = random.nextInt(1, 6); n > 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        read(name + " with bytes changed by seed " + seed, bytes);
      }
    }
  }

  @Test
  void everyTruncationIsReadOrRefused() throws IOException {
    for (String name : MODELS) {
      byte[] good = Files.readAllBytes(OnnxTest.fixture(name));
      for (int length = 0; length < good.length; length += 3) {
        read(name + " cut at " + length, Arrays.copyOf(good, length));
      }
    }
  }

  @Test
  void nothingAndNoiseAreNoModels() {
    var empty = assertThrows(OnnxException.class, () -> Onnx.model("empty", new byte[0]));
    assertTrue(empty.getMessage().contains("no graph"), empty.getMessage());
    byte[] noise = new byte[1000];
    new Random(1).nextBytes(noise);
    assertThrows(OnnxException.class, () -> Onnx.model("noise", noise));
  }
}
