package io.gatun.engine.metric;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/// What `make_tabular_fixtures.py` wrote.
public final class Fixtures {
  private Fixtures() {}

  public static JsonNode read(String file) throws IOException {
    try (var in = Fixtures.class.getResourceAsStream("/tabular/" + file + ".json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  public static int[] ints(JsonNode list) {
    return values(list, int[].class);
  }

  public static double[] doubles(JsonNode list) {
    return values(list, double[].class);
  }

  public static double[][] matrix(JsonNode list) {
    return values(list, double[][].class);
  }

  public static <T> T values(JsonNode node, Class<T> type) {
    return new ObjectMapper().convertValue(node, type);
  }
}
