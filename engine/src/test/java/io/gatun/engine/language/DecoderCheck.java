package io.gatun.engine.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.Devices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Compares a model with PyTorch's logits (make_language_fixtures.py).
final class DecoderCheck {
  private DecoderCheck() {}

  /// The usual ones, and so few places and tokens that several plans read a prompt.
  private static final List<Parts> PARTS = List.of(Parts.USUAL, new Parts(8, 8, 16));

  /// Reads prompts of several lengths and after each three tokens one by one.
  static void check(String name, Decoder decoder, Path fixture) throws IOException {
    for (var parts : PARTS) check(name, decoder, fixture, parts);
  }

  private static void check(String name, Decoder decoder, Path fixture, Parts parts)
      throws IOException {
    var content = new ObjectMapper().readTree(fixture.toFile());
    var array = content.get("ids");
    int[] ids = IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    try (var device = Devices.open(name);
        var writer = Writer.of(device, decoder, Writer.USUAL_MOST_BYTES, parts)) {
      for (int prompt : new int[] {1, 7, 32, 42}) {
        writer.forget();
        for (int end = prompt; end <= prompt + 3; end++) {
          float[] logits = writer.read(Arrays.copyOfRange(ids, writer.position(), end));
          float[] wanted = floats(content.get("logits").get("" + (end - 1)));
          var what = parts + ", prompt " + prompt + ", " + end + " read";
          assertArrayEquals(wanted, logits, 2e-4f, what);
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
