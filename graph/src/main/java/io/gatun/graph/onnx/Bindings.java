package io.gatun.graph.onnx;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/// What is known about a model's inputs beyond the file: sizes of named dimensions, shapes of
/// inputs, and values of inputs on which shapes depend.
///
/// @param dimensions sizes of symbolic dimensions by name
/// @param shapes of inputs by name
/// @param values of inputs by name; the graph keeps these inputs, and is right for these values
/// where its shapes depend on them
/// @param strings values of inputs of strings, in the order of rows
public record Bindings(
    Map<String, Integer> dimensions,
    Map<String, Shape> shapes,
    Map<String, NdArray> values,
    Map<String, StringArray> strings) {
  public Bindings {
    dimensions = Map.copyOf(dimensions);
    shapes = Map.copyOf(shapes);
    values = Map.copyOf(values);
    strings = Map.copyOf(strings);
  }

  /// Nothing known.
  public static Bindings none() {
    return new Bindings(Map.of(), Map.of(), Map.of(), Map.of());
  }

  /// These and the size of a dimension that the model names, as `batch`.
  public Bindings dimension(String name, int size) {
    return new Bindings(with(dimensions, name, size), shapes, values, strings);
  }

  /// These and the shape of an input, in place of the one that the model declares. In a sequence of
  /// tensors, element `i` of input `x` is named `x.i`.
  public Bindings shape(String input, Shape shape) {
    return new Bindings(dimensions, with(shapes, input, shape), values, strings);
  }

  /// These and the value of an input.
  public Bindings value(String input, NdArray value) {
    var shaped = with(shapes, input, value.type().shape());
    return new Bindings(dimensions, shaped, with(values, input, value), strings);
  }

  /// These and the value of an input of strings.
  public Bindings strings(String input, StringArray value) {
    return new Bindings(dimensions, shapes, values, with(strings, input, value));
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    var copy = new HashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
