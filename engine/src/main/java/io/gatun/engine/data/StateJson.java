package io.gatun.engine.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.json.StrictJson;
import java.util.LinkedHashMap;

/// A JSON object of texts, numbers and arrays of numbers: what a fitted preparation step keeps.
/// Doubles come back bit for bit.
record StateJson(String what, JsonNode object) {
  private static final StrictJson LIMITS = new StrictJson(4, 1 << 10, 1 << 28);

  /// A name and a text, a number, a `double[]` or a `double[][]`.
  record Field(String name, Object value) {}

  static String write(Field... fields) {
    var object = new LinkedHashMap<String, Object>();
    for (var field : fields) object.put(field.name(), field.value());
    try {
      return new ObjectMapper().writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static StateJson parse(String what, String json) {
    try {
      return new StateJson(what, LIMITS.read(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(what + ": not JSON: " + e.getOriginalMessage(), e);
    }
  }

  String text(String field) {
    var node = object.path(field);
    if (!node.isTextual()) throw fault(field, "a text");
    return node.textValue();
  }

  double number(String field) {
    return number(field, object.path(field));
  }

  double[] numbers(String field) {
    return numbers(field, object.path(field));
  }

  /// Rows of equal length.
  double[][] matrix(String field) {
    var node = object.path(field);
    if (!node.isArray()) throw fault(field, "an array of arrays of numbers");
    double[][] rows = new double[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = numbers(field, node.get(i));
      if (rows[i].length != rows[0].length) throw fault(field, "rows of equal length");
    }
    return rows;
  }

  private double number(String field, JsonNode node) {
    if (!node.isNumber()) throw fault(field, "a number");
    return node.doubleValue();
  }

  private double[] numbers(String field, JsonNode node) {
    if (!node.isArray()) throw fault(field, "an array of numbers");
    double[] numbers = new double[node.size()];
    for (int i = 0; i < numbers.length; i++) numbers[i] = number(field, node.get(i));
    return numbers;
  }

  IllegalArgumentException fault(String field, String wanted) {
    return new IllegalArgumentException(
        "%s: field \"%s\" is not %s".formatted(what, field, wanted));
  }
}
