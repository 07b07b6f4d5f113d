package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Result number `output` of a loop of `length` steps, the form of every recurrent network. Several
/// results are several nodes that differ in `output`; a device computes them in one go.
///
/// ```
/// operands     carries..., sequences[length, ...]..., invariants...
/// body         (carries..., slices[...]..., invariants...) -> (next carries..., step outputs...)
/// results      final carries..., stacks of the step outputs[length, ...]...
/// ```
/// Step `n` sees slice `n` of each sequence and gives slice `n` of each stack, or, if `reverse`,
/// the slices `length - 1 - n`: sequences and stacks are in the order of time either way. A scan of
/// length 0 gives the carries as they came and empty stacks.
///
/// @param body what one step computes; it updates no inputs
/// @param carries how many values go from step to step
/// @param sequences how many operands are read slice by slice
public record Scan(Graph body, int carries, int sequences, int length, boolean reverse, int output)
    implements Op {

  /// Another result of the same loop.
  public Scan withOutput(int output) {
    return new Scan(body, carries, sequences, length, reverse, output);
  }

  /// The same loop around another body of the same types.
  public Scan withBody(Graph body) {
    return new Scan(body, carries, sequences, length, reverse, output);
  }

  /// Whether both are results of one loop, given the same operands.
  public boolean isSameLoop(Scan other) {
    return equals(other.withOutput(output));
  }

  /// The position in time of step `step`.
  public int time(int step) {
    return reverse ? length - 1 - step : step;
  }

  /// Whether operand number `operand` is read slice by slice.
  public boolean isSequence(int operand) {
    return operand >= carries && operand < carries + sequences;
  }

  /// Number of results.
  public int results() {
    return body.outputs().size();
  }

  /// Type of result number `result`.
  public TensorType resultType(int result) {
    var type = body.outputs().get(result).node().type();
    return result < carries ? type : stacked(type, length);
  }

  /// The type of an array with `length` slices of `type`.
  public static TensorType stacked(TensorType type, int length) {
    var dims = new ArrayList<>(type.shape().dims());
    dims.addFirst(length);
    return type.with(new Shape(dims));
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    checkBody();
    var inputs = body.inputTypes();
    GraphException.check(
        operands.size() == inputs.size(),
        "%s: the body has %d inputs %s, got %d operands %s",
        text(),
        inputs.size(),
        inputs,
        operands.size(),
        operands);
    for (int i = 0; i < inputs.size(); i++) {
      var want = isSequence(i) ? stacked(inputs.get(i), length) : inputs.get(i);
      GraphException.check(
          want.equals(operands.get(i)),
          "%s: input %s of the body is %s, so operand %d wants to be %s, got %s",
          text(),
          Quoted.of(((Input) body.inputs().get(i).op()).name()),
          inputs.get(i),
          i,
          want,
          operands.get(i));
    }
    return resultType(output);
  }

  private void checkBody() {
    var inputs = body.inputTypes();
    GraphException.check(
        length >= 0
            && carries >= 0
            && sequences >= 0
            && carries + sequences <= inputs.size()
            && carries <= results()
            && output >= 0
            && output < results(),
        "%s: does not fit a body with inputs %s and %d outputs",
        text(),
        inputs,
        results());
    for (int i = 0; i < carries; i++) {
      var next = body.outputs().get(i).node().type();
      GraphException.check(
          next.equals(inputs.get(i)),
          "%s: carry %d begins a step as %s and ends it as %s; a carry keeps its type",
          text(),
          i,
          inputs.get(i),
          next);
    }
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    return evaluateAll(operands).get(output);
  }

  /// The reference values of all results.
  public List<NdArray> evaluateAll(List<NdArray> operands) {
    var state = new ArrayList<>(operands.subList(0, carries));
    var steps = new NdArray[length][];
    for (int step = 0; step < length; step++) {
      var arguments = new ArrayList<>(state);
      for (int i = carries; i < operands.size(); i++) {
        arguments.add(isSequence(i) ? slice(operands.get(i), time(step)) : operands.get(i));
      }
      var results = body.evaluate(arguments);
      state = new ArrayList<>(results.subList(0, carries));
      steps[time(step)] = results.toArray(NdArray[]::new);
    }
    var results = new ArrayList<NdArray>(state);
    for (int i = carries; i < results(); i++) {
      int result = i;
      results.add(stack(resultType(i), Arrays.stream(steps).map(s -> s[result]).toList()));
    }
    return results;
  }

  private static NdArray slice(NdArray array, int index) {
    var type = array.type().with(array.type().shape().without(List.of(0)));
    int size = Math.toIntExact(type.size());
    return type.dtype().isFloat()
        ? NdArray.of(type, i -> array.at(index * size + i))
        : NdArray.ofLongs(type, i -> array.longAt(index * size + i));
  }

  private static NdArray stack(TensorType type, List<NdArray> slices) {
    int size = slices.isEmpty() ? 1 : Math.max(1, slices.getFirst().size());
    return type.dtype().isFloat()
        ? NdArray.of(type, i -> slices.get(i / size).at(i % size))
        : NdArray.ofLongs(type, i -> slices.get(i / size).longAt(i % size));
  }

  @Override
  public Pattern pattern() {
    return Pattern.LIBRARY;
  }

  /// Without the body, whose hash would be computed again and again.
  @Override
  public int hashCode() {
    int shape = 31 * (31 * (31 * carries + sequences) + length) + output;
    return 31 * (31 * shape + body.nodes().size()) + body.outputs().size();
  }

  @Override
  public String text() {
    return "scan carries=%d sequences=%d length=%d%s output=%d"
        .formatted(carries, sequences, length, reverse ? " reverse" : "", output);
  }
}
