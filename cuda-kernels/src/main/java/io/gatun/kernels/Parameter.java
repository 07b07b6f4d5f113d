package io.gatun.kernels;

import java.util.List;

/// A parameter of a kernel, in the order of its declaration.
public sealed interface Parameter {
  String name();

  /// What a kernel does to an array.
  enum Access {
    READ,
    WRITTEN,
    UPDATED
  }

  /// A pointer to an array; its dimensions are names of sizes or numbers.
  record Array(String name, Access access, ElementType type, List<String> dimensions)
      implements Parameter {
    public Array {
      dimensions = List.copyOf(dimensions);
    }

    /// Number of elements.
    public long elements(Sizes sizes) {
      long count = 1;
      for (String dimension : dimensions) count = Math.multiplyExact(count, sizes.of(dimension));
      return count;
    }

    /// Bytes that must cross the memory bus: an updated array is read and written.
    public long traffic(Sizes sizes) {
      return elements(sizes) * type.bytes() * (access == Access.UPDATED ? 2 : 1);
    }

    @Override
    public String toString() {
      return "%s %s: %s%s".formatted(access, name, type.text(), dimensions);
    }
  }

  /// A 32-bit integer: a size of the launch, or a setting given by name.
  record Int(String name) implements Parameter {}

  /// A 32-bit float.
  record Float(String name) implements Parameter {}

  /// A struct by value.
  record Struct(String name, int bytes) implements Parameter {}

  static Array read(String name, ElementType type, String... dimensions) {
    return new Array(name, Access.READ, type, List.of(dimensions));
  }

  static Array written(String name, ElementType type, String... dimensions) {
    return new Array(name, Access.WRITTEN, type, List.of(dimensions));
  }

  static Array updated(String name, ElementType type, String... dimensions) {
    return new Array(name, Access.UPDATED, type, List.of(dimensions));
  }

  /// Integers of these names, in order.
  static List<Parameter> ints(String... names) {
    return java.util.Arrays.stream(names).<Parameter>map(Int::new).toList();
  }
}
