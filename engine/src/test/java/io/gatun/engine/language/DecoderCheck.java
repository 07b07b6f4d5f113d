package io.gatun.engine.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.Devices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Compares a model with PyTorch's logits (make_language_fixtures.py).
final class DecoderCheck {
  private DecoderCheck() {}

  /// As many places as the first plans attend to, and few enough that others take over.
  private static final int[] LEAST_REACHES = {Writer.LEAST_REACH, 8};

  /// Reads prompts of several lengths and after each three tokens one by one.
  static void check(String name, Decoder decoder, Path fixture) throws IOException {
    for (int leastReach : LEAST_REACHES) check(name, decoder, fixture, leastReach);
  }

  private static void check(String name, Decoder decoder, Path fixture, int leastReach)
      throws IOException {
    var content = new ObjectMapper().readTree(fixture.toFile());
    var array = content.get("ids");
    int[] ids = IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    try (var device = Devices.open(name);
        var writer = Writer.of(device, decoder, Writer.USUAL_MOST_BYTES, leastReach)) {
      for (int prompt : new int[] {1, 7, 32, 42}) {
        writer.forget();
        for (int end = prompt; end <= prompt + 3; end++) {
          float[] logits = writer.read(Arrays.copyOfRange(ids, writer.position(), end));
          float[] wanted = floats(content.get("logits").get("" + (end - 1)));
          assertArrayEquals(wanted, logits, 2e-4f, "prompt " + prompt + ", " + end + " read");
        }
      }
    }
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) values[i] = (float) array.get(i).asDouble();
    return values;
  }
}
