package io.gatun.graph.onnx.export;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Writes the nodes of one graph, each as one or more of ONNX.
final class GraphWriter {
  private record Loop(Scan scan, List<String> operands) {}

  private final Emitter out;
  private final Map<Node, String> names = new IdentityHashMap<>();
  private final Map<Loop, List<String>> loops = new HashMap<>();
  private final ElementwiseWriter elementwise;
  private final MovementWriter movement;
  private final WindowWriter windows;
  private final IndexWriter index;

  GraphWriter(Emitter out) {
    this.out = out;
    elementwise = new ElementwiseWriter(out);
    movement = new MovementWriter(out);
    windows = new WindowWriter(out, movement);
    index = new IndexWriter(out);
  }

  /// Names of the outputs' values.
  ///
  /// @param inputs names of the values for its inputs
  List<String> write(Graph written, List<String> inputs) {
    var graph = Bfloats.widened(written);
    var next = inputs.iterator();
    for (Node node : graph.nodes()) {
      names.put(node, node.op() instanceof Input ? next.next() : write(node));
    }
    return graph.outputNodes().stream().map(names::get).toList();
  }

  private String write(Node node) {
    // Runtimes differ in what they make of empty operands; the result is known.
    if (node.type().size() == 0) return empty(node.type());
    var in = node.inputs().stream().map(names::get).toList();
    if (isKnown(node)) return out.constant(Literal.of(node.op().evaluate(empty(node.inputs()))));
    return switch (node.op()) {
      case Input input -> throw unsaid(input, "is no input of the graph");
      case Constant(Literal literal) -> out.constant(literal);
      case Iota(TensorType type, int axis) -> movement.iota(type, axis);
      case Random random ->
          throw unsaid(
              random,
              "counts its draws itself; export the graph of inference, or draw"
                  + " outside and make the numbers an input");
      case Unary(Unary.Kind kind) -> elementwise.unary(kind, node.type().dtype(), in.getFirst());
      case Binary(Binary.Kind kind) ->
          elementwise.binary(
              kind, node.input(0).type().dtype(), operand(node, 0), operand(node, 1));
      case Select _ ->
          elementwise.select(node.type().dtype(), in.get(0), operand(node, 1), operand(node, 2));
      case Cast(var dtype) -> out.cast(in.getFirst(), dtype);
      case Reshape(var shape) -> out.reshape(in.getFirst(), shape.dims());
      case Transpose(var permutation) -> out.transpose(in.getFirst(), permutation);
      case Broadcast(var shape) -> movement.expand(in.getFirst(), shape.dims());
      case Slice slice -> movement.slice(in.getFirst(), slice);
      case Pad pad -> movement.pad(in.getFirst(), node.input(0).type(), pad);
      case Concat(int axis) -> out.add("Concat", in, Emitter.integer("axis", axis));
      case Reverse(var axes) -> movement.reverse(in.getFirst(), axes);
      case Windows w -> windows.windows(in.getFirst(), node.input(0).type(), w);
      case FoldWindows fold -> windows.fold(in.getFirst(), node.input(0).type(), fold);
      case Reduce reduce -> elementwise.reduce(in.getFirst(), node.input(0).type(), reduce);
      case MatMul product -> elementwise.product(in, node, product);
      case Conv conv -> windows.conv(in, node, conv);
      case ConvGradInput conv -> windows.transposed(in, node, conv);
      case ConvGradFilter conv ->
          throw unsaid(conv, "is a gradient of training; export the graph of inference");
      case Gather gather -> index.gather(in, node, gather);
      case ScatterAdd scatter -> index.scatter(in, node, scatter);
      case ArgSort sort -> index.sort(in.getFirst(), node, sort);
      case Scan scan ->
          scan.length() == 0 ? in.get(scan.output()) : scan(scan, in).get(scan.output());
      case Composite composite ->
          new CompositeWriter(out)
              .write(composite, node, in)
              .orElseGet(
                  () -> new GraphWriter(out).write(composite.body(), in).get(composite.output()));
    };
  }

  static OnnxException unsaid(Op op, String reason) {
    return new OnnxException("ONNX has no operator for \"%s\": it %s".formatted(op.text(), reason));
  }

  /// Whether the operands have no elements, so that a sum or a padding is known.
  private static boolean isKnown(Node node) {
    return !node.inputs().isEmpty()
        && node.inputs().stream().allMatch(operand -> operand.type().size() == 0)
        && !(node.op() instanceof Scan)
        && !(node.op() instanceof Composite);
  }

  private static List<NdArray> empty(List<Node> operands) {
    return operands.stream().map(operand -> NdArray.of(operand.type(), _ -> 0)).toList();
  }

  private String empty(TensorType type) {
    return out.constant(Literal.of(type, MemorySegment.ofArray(new byte[0])));
  }

  /// Operand `i`, before it is repeated to the others' shape where ONNX does that itself: where
  /// another operand has that shape.
  private String operand(Node node, int i) {
    Node operand = node.input(i);
    boolean free =
        operand.op() instanceof Broadcast
            && node.inputs().stream().anyMatch(o -> o != operand && !(o.op() instanceof Broadcast));
    return names.get(free ? operand.input(0) : operand);
  }

  private List<String> scan(Scan scan, List<String> in) {
    return loops.computeIfAbsent(
        new Loop(scan.withOutput(0), in), _ -> new ScanWriter(out).write(scan, in));
  }
}
