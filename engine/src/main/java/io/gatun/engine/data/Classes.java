package io.gatun.engine.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Names of classes; the label of a class is its place in the list.
///
/// @param names all different
public record Classes(List<String> names) {
  /// Copies the list.
  public Classes {
    names = List.copyOf(names);
    if (names.isEmpty()) throw new IllegalArgumentException("no class: there is no value");
    if (labels(names).size() < names.size()) {
      throw new IllegalArgumentException("a class is named twice in " + names);
    }
  }

  /// The distinct values, sorted by their characters.
  public static Classes of(List<String> values) {
    return new Classes(values.stream().distinct().sorted().toList());
  }

  /// Number of classes.
  public int size() {
    return names.size();
  }

  /// The label of each value.
  ///
  /// @throws IllegalArgumentException naming the row of a value that is no class
  public Labels encode(List<String> values) {
    var labels = labels(names);
    int[] encoded = new int[values.size()];
    for (int row = 0; row < encoded.length; row++) {
      int label = labels.getOrDefault(values.get(row), -1);
      if (label < 0) throw unknown(values.get(row), row);
      encoded[row] = label;
    }
    return new Labels(this, encoded);
  }

  IllegalArgumentException unknown(String value, int row) {
    return new IllegalArgumentException(
        "row " + row + ": \"" + value + "\" is not one of the classes " + names);
  }

  /// Labels by name.
  Map<String, Integer> labels() {
    return labels(names);
  }

  private static Map<String, Integer> labels(List<String> names) {
    var labels = new HashMap<String, Integer>();
    for (int label = 0; label < names.size(); label++) labels.put(names.get(label), label);
    return labels;
  }
}
