package io.gatun.kernels;

import java.util.Map;
import java.util.TreeMap;

/// The sizes that a launch depends on, by name: `rows`, `columns`.
public record Sizes(Map<String, Long> values) {
  public Sizes {
    values = Map.copyOf(values);
  }

  /// No sizes yet.
  public static Sizes none() {
    return new Sizes(Map.of());
  }

  /// The sizes of a matrix: `rows` and `columns`.
  public static Sizes matrix(long rows, long columns) {
    return new Sizes(Map.of("rows", rows, "columns", columns));
  }

  /// The size of a plain array: `count`.
  public static Sizes count(long count) {
    return new Sizes(Map.of("count", count));
  }

  /// These and one more.
  public Sizes with(String name, long value) {
    var map = new TreeMap<>(values);
    map.put(name, value);
    return new Sizes(map);
  }

  /// The size of this name, or the number that the name spells.
  ///
  /// @throws IllegalArgumentException when there is none
  public long of(String name) {
    if (!name.isEmpty() && Character.isDigit(name.charAt(0))) return Long.parseLong(name);
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the kernel wants the size \"" + name + "\"; given are " + new TreeMap<>(values));
    }
    return value;
  }

  /// The size of this name as a number of blocks or threads.
  public int integer(String name) {
    return Math.toIntExact(of(name));
  }

  /// How many pieces of `size` cover the size of this name: at least 1, so that a grid is legal.
  public int pieces(String name, int size) {
    return Math.toIntExact(Math.max(1, Math.ceilDiv(of(name), size)));
  }
}
