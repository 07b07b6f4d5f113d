package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What a file says of a value of a graph, against what its nodes or initializers give. As in ONNX
/// Runtime a contradiction of kinds or element types is an error; one of shapes is an error for
/// initializers, is told for outputs, as many files have the shapes of the example that they were
/// exported with, and is nothing for values in between.
final class Declaration {
  private Declaration() {}

  /// @throws OnnxException when the nodes give a value of another kind or element type
  static void checkOutput(ValueInfoProto output, OnnxValue value) {
    check(
        output,
        value,
        "the model declares the output %s, its nodes give %s; declare that, or convert it by a"
            + " Cast");
  }

  /// @throws OnnxException when the nodes give a value of another kind or element type
  static void checkInner(ValueInfoProto inner, OnnxValue value) {
    check(
        inner,
        value,
        "the model's value_info declares %s, its nodes give %s; declare that, or leave it out");
  }

  /// @throws OnnxException when the initializer has another element type or shape than the input
  ///     that it stands for
  static void checkInitializer(ValueInfoProto input, OnnxValue value) {
    String message = "the model declares the input %s, its initializer is %s; make them the same";
    check(input, value, message);
    if (!(value instanceof OnnxValue.Tensor(Value tensor, ElementType _))) return;
    var declared = OnnxModel.declared(input);
    boolean fits = declared.dims().isEmpty() || fits(declared.dims().get(), tensor.shape());
    OnnxException.check(fits, message, declared, text(value));
  }

  private static void check(ValueInfoProto info, OnnxValue value, String message) {
    if (info.getType().getValueCase() == TypeProto.ValueCase.VALUE_NOT_SET) return;
    var declared = OnnxModel.declared(info);
    OnnxException.check(agree(declared, value), message, declared, text(value));
  }

  private static boolean agree(ModelValue declared, OnnxValue value) {
    boolean isOptional = declared.kind() == ModelValue.Kind.OPTIONAL;
    boolean isTensor = isOptional || declared.kind() == ModelValue.Kind.TENSOR;
    boolean isSequence = isOptional || declared.kind() == ModelValue.Kind.SEQUENCE;
    return switch (value) {
      case OnnxValue.Tensor _, OnnxValue.Strings _, OnnxValue.Coded _ ->
          isTensor && isElement(declared, value);
      case OnnxValue.Sequence _ -> isSequence && isElement(declared, value);
      case OnnxValue.Maps _ -> declared.kind() == ModelValue.Kind.MAPS;
      case OnnxValue.Absent _ -> isOptional;
    };
  }

  private static boolean isElement(ModelValue declared, OnnxValue value) {
    return switch (value) {
      case OnnxValue.Tensor(Value _, ElementType type) -> declared.element() == type;
      case OnnxValue.Strings _, OnnxValue.Coded _ -> declared.element() == ElementType.STRING;
      case OnnxValue.Maps _ -> false;
      case OnnxValue.Sequence(List<OnnxValue> elements) ->
          elements.stream().allMatch(e -> isElement(declared, e));
      case OnnxValue.Absent _ -> true;
    };
  }

  private static String text(OnnxValue value) {
    return switch (value) {
      case OnnxValue.Tensor(Value tensor, ElementType type) -> type + "" + tensor.shape();
      case OnnxValue.Strings(StringArray array) -> "STRING" + array.shape();
      case OnnxValue.Coded(Value codes, List<String> _) -> "STRING" + codes.shape();
      case OnnxValue.Maps(Value _, List<String> keys) -> "a sequence of maps from " + keys;
      case OnnxValue.Sequence(List<OnnxValue> elements) ->
          elements.stream()
              .map(Declaration::text)
              .collect(Collectors.joining(", ", "the sequence [", "]"));
      case OnnxValue.Absent _ -> "an absent optional value";
    };
  }

  /// Logs a warning where a tensor has another shape than the file says.
  ///
  /// @param model its name
  static void warn(String model, ModelValue declared, OnnxValue value) {
    if (!(value instanceof OnnxValue.Tensor(Value tensor, ElementType _))) return;
    if (declared.dims().isEmpty() || fits(declared.dims().get(), tensor.shape())) return;
    System.getLogger(OnnxModel.class.getName())
        .log(
            System.Logger.Level.WARNING,
            () ->
                "%s declares the output %s, its nodes give %s"
                    .formatted(model, declared, text(value)));
  }

  /// Whether the numbers among the dimensions are those of the shape.
  private static boolean fits(List<String> dims, Shape shape) {
    return dims.size() == shape.rank()
        && IntStream.range(0, dims.size())
            .allMatch(
                axis ->
                    !dims.get(axis).matches("[0-9]+")
                        || dims.get(axis).equals(String.valueOf(shape.dim(axis))));
  }
}
