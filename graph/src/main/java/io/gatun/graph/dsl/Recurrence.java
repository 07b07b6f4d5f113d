package io.gatun.graph.dsl;

import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A loop over time: a function of one step, applied to the slices of sequences along their leading
/// axis, one after the other. A simple recurrent layer over `x[time, batch, in]` is
/// ```java
/// var run =
///     Recurrence.scan(
///         List.of(h0),
///         List.of(x.matmul(wx)),
///         (carry, slice) -> {
///           var h = slice.get(0).add(carry.get(0).matmul(wh)).add(b).tanh();
///           return Recurrence.Step.of(List.of(h), List.of(h));
///         });
/// Value all = run.outputs().get(0);   // [time, batch, hidden]
/// Value last = run.carries().get(0);  // [batch, hidden]
/// ```
/// The function may use any value of the enclosing graph, as `wh` and `b` here: these are the same
/// in each step. What depends on sequences alone, as `x.matmul(wx)`, is best written outside, where
/// it is one large product.
///
/// @param carries the carries after the last step
/// @param outputs the outputs of all steps, stacked along a new leading axis in the order of time
public record Recurrence(List<Value> carries, List<Value> outputs) {
  public Recurrence {
    carries = List.copyOf(carries);
    outputs = List.copyOf(outputs);
  }

  /// What one step gives.
  ///
  /// @param carries for the next step, of the types of this step's
  /// @param outputs of this step
  public record Step(List<Value> carries, List<Value> outputs) {
    public Step {
      carries = List.copyOf(carries);
      outputs = List.copyOf(outputs);
    }

    /// A step that gives these.
    public static Step of(List<Value> carries, List<Value> outputs) {
      return new Step(carries, outputs);
    }

    /// A step whose only carry is its only output.
    public static Step of(Value carry) {
      return new Step(List.of(carry), List.of(carry));
    }
  }

  /// From the first slice of each sequence to the last.
  ///
  /// @param carries before the first step
  /// @param sequences at least one; all have the same leading dimension, which may be 0
  /// @param step from the carries and the slices (without the leading axis) to what a step gives
  public static Recurrence scan(
      List<Value> carries, List<Value> sequences, BiFunction<List<Value>, List<Value>, Step> step) {
    return trace(carries, sequences, length(sequences), false, step);
  }

  /// As [#scan], from the last slice to the first; sequences and outputs are in the order of time
  /// all the same.
  public static Recurrence scanReverse(
      List<Value> carries, List<Value> sequences, BiFunction<List<Value>, List<Value>, Step> step) {
    return trace(carries, sequences, length(sequences), true, step);
  }

  /// A fixed number of steps without sequences.
  public static Recurrence repeat(
      int length, List<Value> carries, Function<List<Value>, Step> step) {
    if (length < 0 || carries.isEmpty()) {
      throw GraphException.atCaller(
          "repeat: wants a length of 0 or more and a carry, got %d and %s", length, carries);
    }
    return trace(carries, List.of(), length, false, (state, _) -> step.apply(state));
  }

  private static int length(List<Value> sequences) {
    if (sequences.isEmpty() || sequences.stream().anyMatch(s -> s.rank() == 0)) {
      throw GraphException.atCaller(
          "scan: wants sequences with a leading axis, got %s; repeat takes a length instead",
          sequences);
    }
    int length = sequences.getFirst().dim(0);
    if (sequences.stream().anyMatch(s -> s.dim(0) != length)) {
      throw GraphException.atCaller("scan: sequences of different lengths: %s", sequences);
    }
    return length;
  }

  private static Recurrence trace(
      List<Value> carries,
      List<Value> sequences,
      int length,
      boolean reverse,
      BiFunction<List<Value>, List<Value>, Step> step) {
    var outer = builder(carries, sequences);
    var inner = outer.nested();
    var state = new ArrayList<Value>();
    for (Value carry : carries) {
      state.add(Value.input(inner, "carry" + state.size(), carry.type()));
    }
    var slices = new ArrayList<Value>();
    for (Value sequence : sequences) {
      var shape = sequence.shape().without(List.of(0));
      slices.add(Value.input(inner, "slice" + slices.size(), sequence.type().with(shape)));
    }
    var next = step.apply(List.copyOf(state), List.copyOf(slices));
    checkCarries(state, next.carries());
    var outputs = new ArrayList<Output>();
    for (Value carry : next.carries()) {
      outputs.add(Output.of("next" + outputs.size(), inner.own(carry.node())));
    }
    for (Value output : next.outputs()) {
      int number = outputs.size() - carries.size();
      outputs.add(Output.of("out" + number, inner.own(output.node())));
    }
    var operands = new ArrayList<Node>();
    carries.forEach(c -> operands.add(c.node()));
    sequences.forEach(s -> operands.add(s.node()));
    operands.addAll(inner.captured());
    var body = inner.build(outputs);
    inner.seal();
    var results = new ArrayList<Value>();
    for (int i = 0; i < outputs.size(); i++) {
      var scan = new Scan(body, carries.size(), sequences.size(), length, reverse, i);
      results.add(new Value(outer, outer.add(scan, operands)));
    }
    int split = carries.size();
    return new Recurrence(results.subList(0, split), results.subList(split, results.size()));
  }

  /// The builder of the innermost of the values.
  private static GraphBuilder builder(List<Value> carries, List<Value> sequences) {
    var values = new ArrayList<>(carries);
    values.addAll(sequences);
    var builder = values.getFirst().builder();
    for (Value value : values) if (builder.encloses(value.builder())) builder = value.builder();
    return builder;
  }

  private static void checkCarries(List<Value> before, List<Value> after) {
    var want = before.stream().map(Value::type).toList();
    var got = after.stream().map(Value::type).toList();
    if (!want.equals(got)) {
      throw GraphException.atCaller(
          "scan: a step takes carries %s and gives %s; a carry keeps its type", want, got);
    }
  }
}
