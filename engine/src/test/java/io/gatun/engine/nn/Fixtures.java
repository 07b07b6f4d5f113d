package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.StreamSupport;

/// What the scripts `make_*_fixtures.py` wrote.
final class Fixtures {
  private Fixtures() {}

  /// A part of `pytorch.json`.
  static JsonNode read(String name) throws IOException {
    return file("pytorch.json").path(name);
  }

  /// A file of these fixtures.
  static JsonNode file(String name) throws IOException {
    try (var in = Fixtures.class.getResourceAsStream("/nn/" + name)) {
      return new ObjectMapper().readTree(in);
    }
  }

  static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  static float[] floats(JsonNode list) {
    double[] doubles = doubles(list);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) doubles[i];
    return floats;
  }
}
