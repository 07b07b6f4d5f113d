package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An input or output as the model's file declares it.
///
/// @param element type of the elements, of those in a sequence or an optional value too;
/// `UNDEFINED` where the file says nothing of an output
/// @param dims dimensions: numbers, names, or `?`; empty where the rank is open
public record ModelValue(String name, Kind kind, ElementType element, Optional<List<String>> dims) {
  /// What it holds.
  public enum Kind {
    TENSOR,
    SEQUENCE,
    OPTIONAL,
    /// A sequence of maps with the same keys: the matrix of their values.
    MAPS
  }

  static final String NO_MAPS =
      "maps are not read; give the tensor that the model makes of the map (by CastMap or"
          + " DictVectorizer) as input, and cut the model there";

  static ModelValue of(String name, TypeProto type) {
    return switch (type.getValueCase()) {
      case TENSOR_TYPE ->
          new ModelValue(
              name,
              Kind.TENSOR,
              ElementType.of(type.getTensorType().getElemType()),
              type.getTensorType().hasShape()
                  ? Optional.of(dims(type.getTensorType().getShape()))
                  : Optional.empty());
      case SEQUENCE_TYPE -> sequence(name, type.getSequenceType().getElemType());
      case OPTIONAL_TYPE -> inner(name, Kind.OPTIONAL, type.getOptionalType().getElemType());
      case VALUE_NOT_SET ->
          new ModelValue(name, Kind.TENSOR, ElementType.UNDEFINED, Optional.empty());
      case MAP_TYPE -> throw OnnxException.of("\"%s\" is a map: %s", name, NO_MAPS);
      case SPARSE_TENSOR_TYPE, OPAQUE_TYPE ->
          throw OnnxException.of(
              "\"%s\" is of type %s; tensors, sequences and optional values are supported",
              name, type.getValueCase());
    };
  }

  private static ModelValue sequence(String name, TypeProto element) {
    return element.hasMapType()
        ? inner(name, Kind.MAPS, element.getMapType().getValueType())
        : inner(name, Kind.SEQUENCE, element);
  }

  private static ModelValue inner(String name, Kind kind, TypeProto element) {
    var inner = of(name, element);
    return new ModelValue(name, kind, inner.element, inner.dims);
  }

  private static List<String> dims(TensorShapeProto shape) {
    var dims = new ArrayList<String>();
    for (var dim : shape.getDimList()) {
      dims.add(
          dim.hasDimValue() && dim.getDimValue() >= 0
              ? String.valueOf(dim.getDimValue())
              : dim.getDimParam().isEmpty() ? "?" : dim.getDimParam());
    }
    return dims;
  }

  /// The type of a tensor under the name `input`: of the shape that the bindings give, else of the
  /// declared one with the dimensions that they give.
  ///
  /// @throws OnnxException naming a dimension that is not bound
  TensorType type(String input, Bindings bindings) {
    var bound = bindings.shapes().get(input);
    if (bound != null) return new TensorType(element.dtype(), bound);
    var open =
        dims.orElseThrow(
            () ->
                OnnxException.of(
                    "input \"%s\" has no shape in the model; bind it with Bindings.shape", input));
    var sizes = new ArrayList<Integer>();
    for (String dim : open) sizes.add(size(input, dim, bindings));
    return new TensorType(element.dtype(), new Shape(sizes));
  }

  private int size(String input, String dim, Bindings bindings) {
    if (!dim.isEmpty() && dim.chars().allMatch(Character::isDigit) && dim.length() < 10) {
      return Integer.parseInt(dim);
    }
    OnnxException.check(
        !dim.matches("-?[0-9]+"), "input \"%s\": dimension %s is not in [0, 10^9)", input, dim);
    var bound = bindings.dimensions().get(dim);
    if (bound != null) return bound;
    throw OnnxException.of(
        "input \"%s\" %s: dimension \"%s\" is open; bind it with Bindings.dimension(\"%s\", size)"
            + " or Bindings.shape",
        input, dims.orElse(List.of()), dim, dim);
  }

  /// As `x: FLOAT[batch, 3]`.
  @Override
  public String toString() {
    String shape = dims.map(d -> "[" + String.join(", ", d) + "]").orElse("[...]");
    return switch (kind) {
      case TENSOR -> name + ": " + element + shape;
      case SEQUENCE -> name + ": sequence of " + element + shape;
      case OPTIONAL -> name + ": optional " + element + shape;
      case MAPS -> name + ": sequence of maps to " + element;
    };
  }
}
