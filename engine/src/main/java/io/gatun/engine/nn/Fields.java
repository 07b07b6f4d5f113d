package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A JSON object that is read strictly: a failure names the file, the place in it and what was
/// wanted there.
record Fields(JsonNode node, Path file, String place) {
  /// What reads one object.
  @FunctionalInterface
  interface Reader<T> {
    T read(Fields fields) throws IOException;
  }

  IOException failure(String name, String wanted) {
    var found = node.path(name);
    String text = found.isMissingNode() ? "nothing" : found.toString();
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return new IOException(
        "%s: %s.%s: wanted %s, found %s".formatted(file, place, name, wanted, shown));
  }

  String text(String name) throws IOException {
    if (!node.path(name).isTextual()) throw failure(name, "a string");
    return node.path(name).textValue();
  }

  boolean flag(String name) throws IOException {
    if (!node.path(name).isBoolean()) throw failure(name, "true or false");
    return node.path(name).booleanValue();
  }

  int integer(String name) throws IOException {
    if (!node.path(name).canConvertToInt() || !node.path(name).isIntegralNumber()) {
      throw failure(name, "an integer");
    }
    return node.path(name).intValue();
  }

  long longInteger(String name) throws IOException {
    if (!node.path(name).canConvertToLong() || !node.path(name).isIntegralNumber()) {
      throw failure(name, "an integer");
    }
    return node.path(name).longValue();
  }

  double number(String name) throws IOException {
    if (!node.path(name).isNumber()) throw failure(name, "a number");
    return node.path(name).doubleValue();
  }

  List<Integer> pair(String name) throws IOException {
    var list = node.path(name);
    if (!list.isArray() || list.size() != 2 || !list.get(0).isInt() || !list.get(1).isInt()) {
      throw failure(name, "two integers");
    }
    return List.of(list.get(0).intValue(), list.get(1).intValue());
  }

  /// The constant of an enum whose lower-case name stands there.
  <E extends Enum<E>> E constant(String name, E[] all) throws IOException {
    var text = text(name);
    for (var constant : all) {
      if (constant.name().equalsIgnoreCase(text)) return constant;
    }
    throw failure(name, "one of " + Arrays.toString(all));
  }

  Fields object(String name) throws IOException {
    if (!node.path(name).isObject()) throw failure(name, "an object");
    return new Fields(node.path(name), file, place + "." + name);
  }

  <T> List<T> list(String name, Reader<T> reader) throws IOException {
    if (!node.path(name).isArray()) throw failure(name, "a list");
    var items = new ArrayList<T>();
    for (var item : node.path(name)) {
      items.add(new Fields(item, file, place + "." + name + "[" + items.size() + "]").read(reader));
    }
    return items;
  }

  /// Reads this object; settings that a constructor refuses are failures of the file.
  <T> T read(Reader<T> reader) throws IOException {
    try {
      return reader.read(this);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(file + ": " + place + ": " + e.getMessage(), e);
    }
  }
}
