package io.gatun.graph.onnx;

import static io.gatun.graph.onnx.HostileModelTest.integer;
import static io.gatun.graph.onnx.HostileModelTest.longs;
import static io.gatun.graph.onnx.HostileModelTest.node;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Corners of operators where a differential test against ONNX Runtime 1.30 and the reference
/// evaluator of onnx 1.23 found other values; those below are theirs.
class OperatorCornersTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static TensorProto tensor(String name, int type, List<Integer> dims) {
    var tensor = TensorProto.newBuilder().setName(name).setDataType(type);
    dims.forEach(tensor::addDims);
    return tensor.build();
  }

  private static TensorProto floats(String name, List<Integer> dims, double... values) {
    var tensor = tensor(name, 1, dims).toBuilder();
    for (double value : values) tensor.addFloatData((float) value);
    return tensor.build();
  }

  private static TensorProto unsigned(String name, long... values) {
    var tensor = tensor(name, 13, List.of(values.length)).toBuilder();
    for (long value : values) tensor.addUint64Data(value);
    return tensor.build();
  }

  private static TensorProto texts(String name, String... values) {
    var tensor = tensor(name, 8, List.of(values.length)).toBuilder();
    for (String value : values) tensor.addStringData(ByteString.copyFromUtf8(value));
    return tensor.build();
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static OnnxInstance instance(int opset, List<TensorProto> tensors, NodeProto... nodes) {
    var graph = GraphProto.newBuilder().addAllInitializer(tensors).addAllNode(List.of(nodes));
    for (String output : nodes[nodes.length - 1].getOutputList()) {
      graph.addOutput(ValueInfoProto.newBuilder().setName(output));
    }
    var model =
        ModelProto.newBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph);
    return Onnx.model("m", model.build().toByteArray()).instance(Bindings.none());
  }

  private static NdArray value(int opset, List<TensorProto> tensors, NodeProto... nodes) {
    return instance(opset, tensors, nodes).graph().evaluate(List.of()).getFirst();
  }

  private static NdArray value(String operator, double... x) {
    var call = node(operator, List.of("x"), "y").build();
    return value(22, List.of(floats("x", List.of(x.length), x)), call);
  }

  @Test
  void hyperbolicFunctionsOfGreatNumbers() {
    var x = new double[] {-INF, -1e30, 1e-8, 1, 1e30, INF, NAN};
    assertArrayEquals(
        new double[] {-INF, -69.77069, 1e-8, 0.8813736, 69.77069, INF, NAN},
        value("Asinh", x).toDoubles(),
        1e-5);
    assertArrayEquals(
        new double[] {NAN, NAN, NAN, 0, 69.77069, INF, NAN}, value("Acosh", x).toDoubles(), 1e-5);
    assertEquals(1.4142e-3, value("Acosh", 1.000001).at(0), 1e-4);
    var sinh = value("Sinh", -INF, 1e-8, 1, 1e30, INF);
    assertArrayEquals(new double[] {-INF, 1e-8, 1.1752012, INF, INF}, sinh.toDoubles(), 1e-5);
  }

  @Test
  void quotientsOfAllUnsignedNumbers() {
    var x = unsigned("x", (1L << 63) + 5, -1, 7, -1);
    var y = unsigned("y", 7, 1L << 63, 1L << 63, 1);
    var div = node("Div", List.of("x", "y"), "q").build();
    assertArrayEquals(
        new long[] {1317624576693539401L, 1, 0, -1}, value(14, List.of(x, y), div).toLongs());
    var mod = node("Mod", List.of("x", "y"), "r").build();
    assertArrayEquals(
        new long[] {6, Long.MAX_VALUE, 7, 0}, value(14, List.of(x, y), mod).toLongs());
    var cast = node("Cast", List.of("x"), "y").addAttribute(integer("to", 13)).build();
    var large = floats("x", List.of(2), 0x1p63, 5);
    assertArrayEquals(new long[] {1L << 63, 5}, value(13, List.of(large), cast).toLongs());
  }

  @Test
  void unsignedNumbersAreOrderedAsSuch() {
    var x = unsigned("x", 3, -1, (1L << 63) + 5);
    var max = node("ReduceMax", List.of("x"), "y").build();
    assertArrayEquals(new long[] {-1}, value(20, List.of(x), max).toLongs());
    var at = node("ArgMin", List.of("x"), "y").build();
    assertArrayEquals(new long[] {0}, value(13, List.of(x), at).toLongs());
    var top = node("TopK", List.of("x", "k"), "y").build();
    assertArrayEquals(
        new long[] {-1, (1L << 63) + 5}, value(24, List.of(x, longs("k", 2)), top).toLongs());
    var clip = node("Clip", List.of("x", "a", "b"), "y").build();
    var a = unsigned("a", 4).toBuilder().clearDims().build();
    var b = unsigned("b", -2).toBuilder().clearDims().build();
    assertArrayEquals(
        new long[] {4, -2, (1L << 63) + 5}, value(13, List.of(x, a, b), clip).toLongs());
    var unique = node("Unique", List.of("x"), "y").build();
    assertArrayEquals(new long[] {3, (1L << 63) + 5, -1}, value(11, List.of(x), unique).toLongs());
  }

  @Test
  void stringsOfLongIntegersKeepAllDigits() {
    var cast = node("Cast", List.of("x"), "y").addAttribute(integer("to", 7)).build();
    var x = texts("x", "9007199254740993", " -12", "1e3");
    assertArrayEquals(
        new long[] {9007199254740993L, -12, 1000}, value(13, List.of(x), cast).toLongs());
  }

  @Test
  void bitsOfShortIntegersAndHalves() {
    var there = node("BitCast", List.of("x"), "a").addAttribute(integer("to", 4)).build();
    var back = node("BitCast", List.of("a"), "y").addAttribute(integer("to", 10)).build();
    var x = tensor("x", 10, List.of(2)).toBuilder().addInt32Data(0x3c00).addInt32Data(0xc000);
    assertArrayEquals(new long[] {0x3c00, 0xc000}, value(26, List.of(x.build()), there).toLongs());
    var same = value(26, List.of(x.build()), there, back);
    assertArrayEquals(new double[] {1, -2}, same.toDoubles());
  }

  @Test
  void sumsBroadcastAxesOfSizeOne() {
    var a = floats("a", List.of(2, 1), 2, 3);
    var b = floats("b", List.of(2, 3), 1, 2, 3, 4, 5, 6);
    var call =
        node("Einsum", List.of("a", "b"), "y").addAttribute(text("equation", "ij,kj->ik")).build();
    var y = value(12, List.of(a, b), call);
    assertArrayEquals(new double[] {12, 30, 18, 45}, y.toDoubles());
  }

  @Test
  void logarithmsOfSumsOfIntegers() {
    var call = node("ReduceLogSum", List.of("x"), "y").build();
    var x = longs("x", 4, 16);
    assertEquals(2, value(18, List.of(x), call).longAt(0));
  }

  @Test
  void notANumberIsOneOfTheDistinct() {
    assertArrayEquals(
        new double[] {-1, 0, NAN}, value("Unique", NAN, 0, -0.0, NAN, -1).toDoubles());
  }

  @Test
  void classesMayBeStrings() {
    var call = node("OneHot", List.of("i", "d", "v"), "y").build();
    var tensors = List.of(longs("i", 1, -2), longs("d", 2), texts("v", "off", "on"));
    var instance = instance(11, tensors, call);
    var codes = instance.graph().evaluate(List.of()).getFirst();
    var table = ((OnnxInstance.TextResult) instance.results().get("y")).table();
    var y = Arrays.stream(codes.toLongs()).mapToObj(code -> table.get((int) code)).toList();
    assertEquals(List.of("off", "on", "on", "off"), y);
  }

  @Test
  void theScaleOfAnRmsNormalizationGivesTheType() {
    var x = tensor("x", 10, List.of(2)).toBuilder().addInt32Data(0x4200).addInt32Data(0x4400);
    var call = node("RMSNormalization", List.of("x", "s"), "y").build();
    var y = value(23, List.of(x.build(), floats("s", List.of(2), 1, 0.1)), call);
    assertEquals(TensorType.f32(2), y.type());
    assertArrayEquals(new double[] {0.8485, 0.11314}, y.toDoubles(), 1e-3);
  }

  @Test
  void regionsWithoutAreaAreZero() {
    var x = floats("x", List.of(1, 1, 2, 2), 1, 2, 3, 4);
    var tensors = List.of(x, floats("r", List.of(1, 4), 1, 1, 1, 1), longs("b", 0));
    for (String mode : List.of("avg", "max")) {
      var call = node("RoiAlign", List.of("x", "r", "b"), "y").addAttribute(text("mode", mode));
      assertEquals(0, value(16, tensors, call.build()).at(0));
    }
  }

  private static NdArray resized(int opset, String mode, TensorProto x, double... scales) {
    boolean old = opset < 11;
    var call = node("Resize", old ? List.of("x", "s") : List.of("x", "", "s"), "y");
    call.addAttribute(text("mode", mode));
    return value(opset, List.of(x, floats("s", List.of(scales.length), scales)), call.build());
  }

  /// `test_resize_downsample_nearest` of opset 10 takes the next element, not the one before.
  @Test
  void shrinkingByNearestElementsInOpset10RoundsUp() {
    var x = floats("x", List.of(4), 1, 2, 3, 4);
    assertArrayEquals(new double[] {1, 3}, resized(10, "nearest", x, 0.6).toDoubles());
    assertArrayEquals(new double[] {1, 1, 2, 3, 3, 4}, resized(10, "nearest", x, 1.5).toDoubles());
  }

  /// As PyTorch's `interpolate` by `scale_factor=0.6`: place 3 is that of element 5, though the
  /// `f32` nearest to 0.6 is a little greater.
  @Test
  void placesAreQuotientsOfFloats() {
    var x = floats("x", List.of(7), 0, 1, 2, 3, 4, 5, 6);
    var call =
        node("Resize", List.of("x", "", "s"), "y")
            .addAttribute(text("coordinate_transformation_mode", "asymmetric"))
            .addAttribute(text("nearest_mode", "floor"))
            .build();
    var y = value(13, List.of(x, floats("s", List.of(1), 0.6)), call);
    assertArrayEquals(new double[] {0, 1, 3, 5}, y.toDoubles());
  }

  @Test
  void sizesAreProductsOfFloats() {
    var x = floats("x", List.of(5), 1, 2, 3, 4, 5);
    assertEquals(7, resized(13, "linear", x, 1.4).size());
  }

  @Test
  void resizedIntegersAreRoundedOnce() {
    var x = tensor("x", 2, List.of(2, 2)).toBuilder();
    for (int value : new int[] {0, 3, 5, 9}) x.addInt32Data(value);
    assertArrayEquals(
        new long[] {0, 1, 2, 3, 1, 2, 4, 4, 4, 5, 7, 8, 5, 6, 8, 9},
        resized(13, "linear", x.build(), 2, 2).toLongs());
  }

  private static ValueInfoProto named(String name) {
    return ValueInfoProto.newBuilder().setName(name).build();
  }

  @Test
  void aBodyMayGiveOneValueTwice() {
    var body =
        GraphProto.newBuilder()
            .addAllInput(List.of(named("i"), named("c"), named("a")))
            .addNode(node("Add", List.of("a", "a"), "b"))
            .addAllOutput(List.of(named("c"), named("b"), named("b")));
    var attribute =
        AttributeProto.newBuilder()
            .setName("body")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(body);
    var loop = node("Loop", List.of("m", "", "x"), "y").addOutput("all").addAttribute(attribute);
    var tensors = List.of(longs("m", 3), floats("x", List.of(1), 1));
    var results = instance(17, tensors, loop.build()).graph().evaluate(List.of());
    assertArrayEquals(new double[] {8}, results.get(0).toDoubles());
    assertArrayEquals(new double[] {2, 4, 8}, results.get(1).toDoubles());
  }

  @Test
  void olderScansStopAtTheLengthOfTheirSequence() {
    var body =
        GraphProto.newBuilder()
            .addAllInput(List.of(named("s"), named("e")))
            .addNode(node("Add", List.of("s", "e"), "t"))
            .addNode(node("Mul", List.of("t", "e"), "o"))
            .addAllOutput(List.of(named("t"), named("o")));
    var attribute =
        AttributeProto.newBuilder()
            .setName("body")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(body);
    var scan =
        node("Scan", List.of("l", "s", "x"), "f")
            .addOutput("o")
            .addAttribute(attribute)
            .addAttribute(integer("num_scan_inputs", 1));
    var tensors =
        List.of(
            longs("l", 1, 3),
            floats("s", List.of(2, 1), 1, 2),
            floats("x", List.of(2, 3, 1), 1, 2, 3, 1, 2, 3));
    var results = instance(8, tensors, scan.build()).graph().evaluate(List.of());
    assertArrayEquals(new double[] {2, 8}, results.get(0).toDoubles());
    assertArrayEquals(new double[] {2, 0, 0, 3, 10, 24}, results.get(1).toDoubles());
  }

  /// As the specification says and ONNX Runtime does; not as in NumPy.
  @Test
  void aNegativeStepFromBeforeTheBeginTakesTheFirstElement() {
    var tensors =
        List.of(
            longs("x", 7, 8, 9), longs("b", -9), longs("e", -20), longs("a", 0), longs("t", -1));
    var slice = node("Slice", List.of("x", "b", "e", "a", "t"), "y").build();
    assertArrayEquals(new long[] {7}, value(13, tensors, slice).toLongs());
  }

  /// Values by hand from the texts of opsets 1 and 7.
  @Test
  void firstForms() {
    var x = floats("x", List.of(2, 2, 1), 1, 2, 3, 4);
    var tile = node("Tile", List.of("x", "n", "a"), "y").build();
    var tiled = value(1, List.of(x, floats("n", List.of(), 2), floats("a", List.of(), 2)), tile);
    assertArrayEquals(new double[] {1, 1, 2, 2, 3, 3, 4, 4}, tiled.toDoubles());
    var split =
        node("Split", List.of("x", "s"), "y").addAttribute(integer("axis", 0)).addOutput("z");
    var head = value(1, List.of(x, floats("s", List.of(2), 1, 1)), split.build());
    assertArrayEquals(new double[] {1, 2}, head.toDoubles());
    var element = List.of(2, 1);
    var batch =
        node("BatchNormalization", List.of("x", "s", "b", "m", "v"), "y")
            .addAttribute(integer("spatial", 0))
            .build();
    var tensors =
        List.of(
            x,
            floats("s", element, 1, 2),
            floats("b", element, 0.5, 0),
            floats("m", element, 1, 2),
            floats("v", element, 1, 4));
    assertArrayEquals(new double[] {0.5, 0, 2.5, 2}, value(7, tensors, batch).toDoubles(), 1e-4);
  }
}
