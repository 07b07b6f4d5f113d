package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Scope;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;

/// A recurrent layer's way through time.
///
/// @param states names of the states, each `[n, units]`; the first is the output
record Unfolding(Scope scope, RecurrentOptions options, List<String> states, int units) {
  /// One step: from the states and the input's slice `[n, width]` to the next states.
  @FunctionalInterface
  interface Cell extends BiFunction<List<Value>, Value, List<Value>> {}

  /// The outputs over `inputs[time, n, width]`.
  Value over(Value inputs, Cell cell) {
    int samples = inputs.dim(1);
    int batch = options.statefulBatch();
    var first = new ArrayList<Value>();
    var carries = new ArrayList<Value>();
    for (var state : states) {
      var zeros = inputs.scalar(0).broadcastTo(samples, units);
      if (batch > 0) {
        carries.add(scope.carry(state, new TensorType(inputs.dtype(), Shape.of(batch, units))));
      }
      first.add(samples == batch ? carries.getLast() : zeros);
    }
    var run = options.unroll() ? unroll(first, inputs, cell) : scan(first, inputs, cell);
    for (int i = 0; i < carries.size() && samples == batch; i++) {
      scope.advance(carries.get(i), run.carries().get(i));
    }
    return options.returnSequences()
        ? run.outputs().getFirst().swapAxes(0, 1)
        : run.carries().getFirst();
  }

  private Recurrence scan(List<Value> first, Value inputs, Cell cell) {
    BiFunction<List<Value>, List<Value>, Recurrence.Step> step =
        (carry, slice) -> {
          var next = cell.apply(carry, slice.getFirst());
          var outputs = options.returnSequences() ? List.of(next.getFirst()) : List.<Value>of();
          return Recurrence.Step.of(next, outputs);
        };
    return options.goBackwards()
        ? Recurrence.scanReverse(first, List.of(inputs), step)
        : Recurrence.scan(first, List.of(inputs), step);
  }

  private Recurrence unroll(List<Value> first, Value inputs, Cell cell) {
    int time = inputs.dim(0);
    var outputs = new ArrayList<Value>();
    var carry = first;
    for (int step = 0; step < time; step++) {
      carry = cell.apply(carry, inputs.index(0, options.goBackwards() ? time - 1 - step : step));
      outputs.add(carry.getFirst());
    }
    if (options.goBackwards()) Collections.reverse(outputs);
    return new Recurrence(carry, List.of(Value.stack(0, outputs.toArray(Value[]::new))));
  }
}
