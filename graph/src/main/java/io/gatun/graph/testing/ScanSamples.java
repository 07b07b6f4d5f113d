package io.gatun.graph.testing;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Samples of scans: no carries, no sequences, several of both, carries that only move, results
/// that are the same value, loops in loops; of no, one and several steps in both directions.
final class ScanSamples {
  private static final int[] LENGTHS = {0, 1, 2, 7};

  private final List<OpSample> samples = new ArrayList<>();
  private long seed = 9000;

  private ScanSamples() {}

  static List<OpSample> all() {
    var made = new ScanSamples();
    for (int length : LENGTHS) {
      made.add(length, 1, 1, decay(DType.F32), type(DType.F32, 3), type(DType.F32, 3));
      made.add(length, 1, 1, recurrent(), RECURRENT);
      made.add(length, 3, 1, moves(), MOVES);
      made.add(length, 1, 1, nested(), type(DType.F32, 2), type(DType.F32, 5, 2));
    }
    made.add(7, 1, 1, decay(DType.F64), type(DType.F64, 3), type(DType.F64, 3));
    made.add(3, 1, 1, decay(DType.BF16), type(DType.BF16, 17), type(DType.BF16, 17));
    made.add(3, 1, 1, decay(DType.F32), type(DType.F32, 0), type(DType.F32, 0));
    made.add(5, 0, 1, squares(), type(DType.F32, 4, 3));
    made.add(5, 1, 0, growth(), type(DType.F64, 2), type(DType.F64, 2));
    return List.copyOf(made.samples);
  }

  private static final TensorType[] RECURRENT = {
    type(DType.F32, 2, 5),
    type(DType.F32, 2, 3),
    type(DType.F32, 3, 5),
    type(DType.F32, 5, 5),
    type(DType.F32, 5)
  };

  private static final TensorType[] MOVES = {
    type(DType.F32, 4), type(DType.F32, 4), type(DType.I32), type(DType.F32, 4)
  };

  private static TensorType type(DType dtype, int... dims) {
    return TensorType.of(dtype, dims);
  }

  /// A sample for each result, forward and reversed; `types` are those of the body's inputs.
  private void add(
      int length,
      int carries,
      int sequences,
      Function<List<Value>, List<Value>> body,
      TensorType... types) {
    var graph = graph(body, types);
    for (boolean reverse : new boolean[] {false, true}) {
      var operands = new ArrayList<NdArray>();
      var scan = new Scan(graph, carries, sequences, length, reverse, 0);
      for (int i = 0; i < types.length; i++) {
        var type = scan.isSequence(i) ? Scan.stacked(types[i], length) : types[i];
        operands.add(SampleArrays.random(type, seed++));
      }
      for (int i = 0; i < scan.results(); i++) {
        samples.add(new OpSample(scan.withOutput(i), operands));
      }
    }
  }

  private static Graph graph(Function<List<Value>, List<Value>> body, TensorType... types) {
    var builder = new GraphBuilder();
    var inputs = new ArrayList<Value>();
    for (TensorType type : types) {
      inputs.add(Value.input(builder, "in" + inputs.size(), type));
    }
    var outputs = new ArrayList<Output>();
    for (Value value : body.apply(inputs)) {
      outputs.add(Output.of("out" + outputs.size(), value.node()));
    }
    return builder.build(outputs);
  }

  /// `c' = c / 2 + x`, stacked before and after.
  private static Function<List<Value>, List<Value>> decay(DType dtype) {
    return in -> {
      var next = in.get(0).mul(0.5).add(in.get(1));
      return List.of(next, next, in.get(0), next.cast(dtype).neg());
    };
  }

  private static Function<List<Value>, List<Value>> recurrent() {
    return in -> {
      var sum = in.get(1).matmul(in.get(2)).add(in.get(0).matmul(in.get(3))).add(in.get(4));
      return List.of(sum.tanh(), sum.tanh().sum(1));
    };
  }

  /// Two carries that change places, a counter, an output that is a constant, one that is a slice
  /// and one given twice.
  private static Function<List<Value>, List<Value>> moves() {
    return in -> {
      var count = in.get(2).add(1);
      var product = in.get(0).mul(in.get(3));
      var constant = in.get(0).filled(1.5);
      return List.of(
          in.get(1), in.get(0), count, count, constant, in.get(3), product, product, in.get(1));
    };
  }

  /// Each step is a loop over its slice.
  private static Function<List<Value>, List<Value>> nested() {
    var step = decay(DType.F32);
    var inner = graph(step, type(DType.F32, 2), type(DType.F32, 2));
    return in -> {
      var last = in.get(0).apply(new Scan(inner, 1, 1, 5, true, 0), in.get(1));
      var all = in.get(0).apply(new Scan(inner, 1, 1, 5, true, 1), in.get(1));
      return List.of(last.tanh(), all.sum(0));
    };
  }

  private static Function<List<Value>, List<Value>> squares() {
    return in -> List.of(in.getFirst().square(), in.getFirst().sum());
  }

  private static Function<List<Value>, List<Value>> growth() {
    return in -> List.of(in.get(0).mul(in.get(1)), in.get(0).sub(in.get(1)));
  }
}
