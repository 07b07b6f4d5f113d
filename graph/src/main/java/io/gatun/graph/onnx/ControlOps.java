package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Branches and loops. A known condition takes its branch, an unknown one selects between the
/// results of both; a `Loop` is unrolled, its conditions must be known; a `Scan` stays a loop.
final class ControlOps {
  private static final int MOST_STEPS = 10_000;

  private ControlOps() {}

  static void register(Registry r) {
    r.any("If", ControlOps::branch);
    r.any("Loop", ControlOps::loop);
    r.any("Scan", 9, ControlOps::scan);
    r.any("Scan", 8, ControlOps::batchedScan);
  }

  private static List<OnnxValue> branch(Call c) {
    var thenBranch = c.attributes().graph("then_branch");
    var elseBranch = c.attributes().graph("else_branch");
    var condition = c.ifKnown(0);
    if (condition.isPresent()) {
      boolean isTrue = condition.get().longAt(0) != 0;
      return c.subgraph(isTrue ? thenBranch : elseBranch, List.of());
    }
    var a = c.subgraph(thenBranch, List.of());
    var b = c.subgraph(elseBranch, List.of());
    var results = new ArrayList<OnnxValue>();
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i) instanceof OnnxValue.Tensor(Value x, ElementType type)
          && b.get(i) instanceof OnnxValue.Tensor(Value y, ElementType _)
          && x.type().equals(y.type())) {
        results.add(new OnnxValue.Tensor(c.in(0).reshape().select(x, y), type));
      } else {
        c.known(0); // the branches give different types: says what to do
      }
    }
    return results;
  }

  private static List<OnnxValue> loop(Call c) {
    var body = c.attributes().graph("body");
    long most = c.has(0) ? c.known(0).longAt(0) : Long.MAX_VALUE;
    boolean goesOn = !c.has(1) || c.known(1).longAt(0) != 0;
    var state = new ArrayList<OnnxValue>();
    for (int i = 2; i < c.inputs(); i++) state.add(c.any(i));
    int carried = state.size();
    var stacks = new ArrayList<List<OnnxValue.Tensor>>();
    for (int i = carried + 1; i < body.getOutputCount(); i++) stacks.add(new ArrayList<>());
    for (long step = 0; step < most && goesOn; step++) {
      OnnxException.check(step < MOST_STEPS, "more than %d steps to unroll", MOST_STEPS);
      long number = step;
      var arguments = new ArrayList<OnnxValue>();
      arguments.add(
          OnnxValue.Tensor.of(c.constant(NdArray.ofLongs(TensorType.of(DType.I64), number))));
      var condition = NdArray.ofLongs(TensorType.of(DType.BOOL), 1);
      arguments.add(OnnxValue.Tensor.of(c.constant(condition)));
      arguments.addAll(state);
      var results = c.subgraph(body, arguments);
      OnnxException.check(
          results.size() > carried,
          "attribute body: gives %d values, wants a condition and %d carried ones",
          results.size(),
          carried);
      goesOn =
          step + 1 >= most
              || c.known("the condition", tensor(results.get(0)).value()).longAt(0) != 0;
      state = new ArrayList<>(results.subList(1, carried + 1));
      for (int i = 0; i < stacks.size(); i++) {
        stacks.get(i).add(tensor(results.get(carried + 1 + i)));
      }
    }
    var outputs = new ArrayList<>(state);
    for (int i = 0; i < stacks.size(); i++) {
      var stack = stacks.get(i);
      outputs.add(stack.isEmpty() ? empty(c, body, carried + 1 + i) : stacked(stack));
    }
    return outputs;
  }

  private static OnnxValue stacked(List<OnnxValue.Tensor> parts) {
    var values = parts.stream().map(OnnxValue.Tensor::value).toArray(Value[]::new);
    return new OnnxValue.Tensor(Value.stack(0, values), parts.getFirst().type());
  }

  private static OnnxValue.Tensor tensor(OnnxValue value) {
    if (value instanceof OnnxValue.Tensor tensor) return tensor;
    throw OnnxException.of("a tensor is wanted here");
  }

  /// No steps: the declared dimensions under a first one of 0.
  private static OnnxValue empty(Call c, GraphProto body, int output) {
    var declared = ModelValue.of("", body.getOutput(output).getType());
    var dims = new ArrayList<>(List.of(0));
    for (String dim : declared.dims().orElse(List.of())) {
      dims.add(dim.chars().allMatch(Character::isDigit) ? Integer.parseInt(dim) : 0);
    }
    var type = new TensorType(declared.element().dtype(), new Shape(dims));
    return new OnnxValue.Tensor(c.constant(NdArray.of(type, _ -> 0.0)), declared.element());
  }

  private static List<OnnxValue> scan(Call c) {
    int count = c.attributes().integer("num_scan_inputs", 0);
    int carried = c.inputs() - count;
    OnnxException.check(count > 0 && carried >= 0, "num_scan_inputs is %d", count);
    var body = c.attributes().graph("body");
    int stacks = body.getOutputCount() - carried;
    var axes = c.attributes().ints("scan_input_axes", Ints.repeat(0, count));
    var directions = c.attributes().ints("scan_input_directions", Ints.repeat(0, count));
    var sequences = new ArrayList<Value>();
    for (int i = 0; i < count; i++) {
      var x = toFront(c.in(carried + i), axes.get(i));
      sequences.add(directions.get(i) == 1 ? x.reverse(0) : x);
    }
    var carries = new ArrayList<Value>();
    for (int i = 0; i < carried; i++) carries.add(c.in(i));
    var results = run(c, body, 0, carries, sequences);
    var outAxes = c.attributes().ints("scan_output_axes", Ints.repeat(0, stacks));
    var outDirections = c.attributes().ints("scan_output_directions", Ints.repeat(0, stacks));
    var outputs = new ArrayList<OnnxValue>(results.subList(0, carried));
    for (int i = 0; i < stacks; i++) {
      var stack = results.get(carried + i);
      var y = outDirections.get(i) == 1 ? stack.value().reverse(0) : stack.value();
      outputs.add(new OnnxValue.Tensor(toPlace(y, outAxes.get(i)), stack.type()));
    }
    return outputs;
  }

  /// The carries after the last step and the stacked outputs.
  ///
  /// @param first number of the input that is the first carry
  private static List<OnnxValue.Tensor> run(
      Call c, GraphProto body, int first, List<Value> carries, List<Value> sequences) {
    int carried = carries.size();
    var types = new ArrayList<ElementType>();
    var run =
        Recurrence.scan(
            carries,
            sequences,
            (state, slices) -> {
              var arguments = new ArrayList<OnnxValue>();
              for (Value v : Stream.concat(state.stream(), slices.stream()).toList()) {
                arguments.add(new OnnxValue.Tensor(v, c.type(first + arguments.size())));
              }
              var results = c.subgraph(body, arguments).stream().map(ControlOps::tensor).toList();
              results.forEach(result -> types.add(result.type()));
              var values = results.stream().map(OnnxValue.Tensor::value).toList();
              return Recurrence.Step.of(
                  values.subList(0, carried), values.subList(carried, values.size()));
            });
    var results = new ArrayList<OnnxValue.Tensor>();
    for (Value v : Stream.concat(run.carries().stream(), run.outputs().stream()).toList()) {
      results.add(new OnnxValue.Tensor(v, types.get(results.size())));
    }
    return results;
  }

  private static Value toFront(Value x, int axis) {
    int at = x.shape().axis(axis);
    var order = new ArrayList<>(List.of(at));
    Ints.range(0, x.rank()).stream().filter(a -> a != at).forEach(order::add);
    return x.permute(Ints.array(order));
  }

  private static Value toPlace(Value x, int axis) {
    int at = x.shape().axis(axis);
    var order = new ArrayList<>(Ints.range(1, x.rank()));
    order.add(at, 0);
    return x.permute(Ints.array(order));
  }

  /// Opset 8: all operands have a batch axis first, each batch is a loop of its own, over as many
  /// steps as its length says. Beyond these outputs are 0.
  private static List<OnnxValue> batchedScan(Call c) {
    var lengths = c.has(0) ? c.ints(0) : List.<Integer>of();
    int count = c.attributes().integer("num_scan_inputs", 0);
    int carried = c.inputs() - 1 - count;
    var body = c.attributes().graph("body");
    var directions = c.attributes().ints("directions", Ints.repeat(0, count));
    int batches = c.in(1).dim(0);
    var results = new ArrayList<List<OnnxValue.Tensor>>();
    for (int i = 0; i < body.getOutputCount(); i++) results.add(new ArrayList<>());
    for (int b = 0; b < batches; b++) {
      var carries = new ArrayList<Value>();
      for (int i = 0; i < carried; i++) carries.add(c.in(1 + i).index(0, b));
      var sequences = new ArrayList<Value>();
      for (int i = 0; i < count; i++) {
        var all = c.in(1 + carried + i).index(0, b);
        var x = lengths.isEmpty() ? all : all.slice(0, 0, lengths.get(b));
        sequences.add(directions.get(i) == 1 ? x.reverse(0) : x);
      }
      var run = run(c, body, 1, carries, sequences);
      int steps = sequences.getFirst().dim(0);
      int padding = c.in(1 + carried).dim(1) - steps;
      for (int i = 0; i < results.size(); i++) {
        var result = run.get(i);
        boolean isStack = i >= carried && padding > 0;
        results
            .get(i)
            .add(
                isStack
                    ? new OnnxValue.Tensor(result.value().pad(0, 0, padding, 0), result.type())
                    : result);
      }
    }
    return results.stream().map(ControlOps::stacked).toList();
  }
}
