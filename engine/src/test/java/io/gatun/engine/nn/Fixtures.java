package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.StreamSupport;

/// What `make_nn_fixtures.py` wrote.
final class Fixtures {
  private Fixtures() {}

  static JsonNode read(String name) throws IOException {
    try (var in = Fixtures.class.getResourceAsStream("/nn/pytorch.json")) {
      return new ObjectMapper().readTree(in).path(name);
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
