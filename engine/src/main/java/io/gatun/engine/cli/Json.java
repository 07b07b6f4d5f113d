package io.gatun.engine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Map;

/// Prints results as scripts read them.
public final class Json {
  private Json() {}

  /// A map of numbers, texts, lists and maps; its order is kept.
  public static String text(Map<String, ?> content) {
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not plain data: " + content, e);
    }
  }
}
