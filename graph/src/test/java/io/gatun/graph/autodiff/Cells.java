package io.gatun.graph.autodiff;

import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Recurrence.Step;
import io.gatun.graph.dsl.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// Recurrent layers as one would write them, in PyTorch's order of gates; weights are `[in, out]`.
final class Cells {
  private Cells() {}

  /// @param in `x[time, batch, in]`, `h0`, `w`, `u`, `b`
  static Recurrence simple(List<Value> in, Loop loop) {
    return loop.run(
        List.of(in.get(1)),
        List.of(in.get(0)),
        (c, s) ->
            Step.of(
                s.get(0).matmul(in.get(2)).add(c.get(0).matmul(in.get(3))).add(in.get(4)).tanh()));
  }

  /// @param in `x[time, batch, in]`, `h0`, `c0`, `w`, `u`, `b`; gates input, forget, cell, output
  static Recurrence lstm(List<Value> in, Loop loop) {
    int n = in.get(1).dim(-1);
    return loop.run(
        List.of(in.get(1), in.get(2)),
        List.of(in.get(0).matmul(in.get(3))),
        (c, s) -> {
          var gates = s.get(0).add(c.get(0).matmul(in.get(4))).add(in.get(5));
          var i = gates.slice(-1, 0, n).sigmoid();
          var f = gates.slice(-1, n, 2 * n).sigmoid();
          var g = gates.slice(-1, 2 * n, 3 * n).tanh();
          var o = gates.slice(-1, 3 * n, 4 * n).sigmoid();
          var cell = f.mul(c.get(1)).add(i.mul(g));
          var h = o.mul(cell.tanh());
          return Step.of(List.of(h, cell), List.of(h));
        });
  }

  /// @param in `x[time, batch, in]`, `h0`, `w`, `u`, `b`, bias of `u`; gates reset, update, new
  static Recurrence gru(List<Value> in, Loop loop) {
    int n = in.get(1).dim(-1);
    return loop.run(
        List.of(in.get(1)),
        List.of(in.get(0).matmul(in.get(2)).add(in.get(4))),
        (c, s) -> {
          var ofX = s.get(0);
          var ofH = c.get(0).matmul(in.get(3)).add(in.get(5));
          var r = ofX.slice(-1, 0, n).add(ofH.slice(-1, 0, n)).sigmoid();
          var z = ofX.slice(-1, n, 2 * n).add(ofH.slice(-1, n, 2 * n)).sigmoid();
          var next = ofX.slice(-1, 2 * n, 3 * n).add(r.mul(ofH.slice(-1, 2 * n, 3 * n))).tanh();
          return Step.of(next.add(z.mul(c.get(0).sub(next))));
        });
  }

  /// [Recurrence#scan] or its like.
  interface Loop {
    Recurrence run(
        List<Value> carries,
        List<Value> sequences,
        BiFunction<List<Value>, List<Value>, Step> step);
  }

  /// The steps one after the other, without a scan.
  static Recurrence unrolled(
      List<Value> carries, List<Value> sequences, BiFunction<List<Value>, List<Value>, Step> step) {
    var outputs = new ArrayList<List<Value>>();
    for (int i = 0; i < sequences.getFirst().dim(0); i++) {
      int time = i;
      var next = step.apply(carries, sequences.stream().map(s -> s.index(0, time)).toList());
      carries = next.carries();
      outputs.add(next.outputs());
    }
    var stacks = new ArrayList<Value>();
    for (int i = 0; i < outputs.getFirst().size(); i++) {
      int output = i;
      stacks.add(Value.stack(0, outputs.stream().map(o -> o.get(output)).toArray(Value[]::new)));
    }
    return new Recurrence(carries, stacks);
  }
}
