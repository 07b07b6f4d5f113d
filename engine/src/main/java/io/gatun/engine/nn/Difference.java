package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.TreeSet;

/// The first place where two descriptions of a model differ.
///
/// @param path as `network.layers[0].units`
/// @param one the value there, and `other` its counterpart; "missing" where there is none
record Difference(String path, String one, String other) {
  static Optional<Difference> first(JsonNode one, JsonNode other) {
    return first("", one, other);
  }

  private static Optional<Difference> first(String path, JsonNode one, JsonNode other) {
    if (one.isObject() && other.isObject()) return ofFields(path, one, other);
    if (one.isArray() && other.isArray()) return ofElements(path, one, other);
    if (one.equals(other)) return Optional.empty();
    return Optional.of(new Difference(path, text(one), text(other)));
  }

  /// The kind first, since other fields follow from it.
  private static Optional<Difference> ofFields(String path, JsonNode one, JsonNode other) {
    var names = new TreeSet<String>();
    one.fieldNames().forEachRemaining(names::add);
    other.fieldNames().forEachRemaining(names::add);
    var kind = first(join(path, "kind"), one.path("kind"), other.path("kind"));
    if (kind.isPresent()) return kind;
    return names.stream()
        .map(name -> first(join(path, name), one.path(name), other.path(name)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Difference> ofElements(String path, JsonNode one, JsonNode other) {
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      var difference = first(path + "[" + i + "]", one.path(i), other.path(i));
      if (difference.isPresent()) return difference;
    }
    return Optional.empty();
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "missing" : node.toString();
  }
}
