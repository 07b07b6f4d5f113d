package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.ExecutionMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Sorts of every kind that plans have, on a virtual GPU that checks every access, against the
/// reference: rows of one thread, of a part of a warp, of a block, of several blocks, and selected.
class SortPlansTest {
  private record Case(TensorType type, int axis, boolean descending, int first) {
    Graph graph() {
      var t = new Tracer();
      var x = t.input("x", type);
      t.output("order", x.apply(new ArgSort(axis, descending, first)));
      return t.graph();
    }
  }

  private static Case all(DType dtype, int rows, int columns, boolean descending) {
    return new Case(TensorType.of(dtype, rows, columns), 1, descending, ArgSort.ALL);
  }

  private static Case some(DType dtype, int rows, int columns, int first) {
    return new Case(TensorType.of(dtype, rows, columns), 1, true, first);
  }

  private static List<Case> cases() {
    return List.of(
        all(DType.F32, 1000, 7, false),
        all(DType.F32, 3, 9, true),
        all(DType.I32, 5, 200, false),
        all(DType.F16, 5, 600, true),
        all(DType.F64, 2, 2048, false),
        all(DType.F32, 2, 2049, true),
        all(DType.I64, 1, 7000, true),
        some(DType.F32, 2, 8200, 4000),
        some(DType.F32, 3, 700, 5),
        some(DType.BOOL, 3, 700, 175),
        some(DType.I64, 2, 1500, 300),
        some(DType.F32, 1, 40_000, 40),
        some(DType.F32, 2, 17_000, 1000),
        new Case(TensorType.of(DType.F32, 900, 3), 0, false, 10));
  }

  /// Many equal keys, both zeros and NaN.
  private static NdArray keys(TensorType type, Random random) {
    var dtype = type.dtype();
    return NdArray.of(
            type,
            _ -> {
              if (dtype == DType.BOOL) return random.nextInt(2);
              if (dtype.isFloat() && random.nextInt(20) == 0) return Double.NaN;
              int key = random.nextInt(500) - 250;
              return dtype.isFloat() ? (key == 0 ? -0.0 : key / 8.0) : key;
            })
        .rounded();
  }

  @Test
  void positionsAreThoseOfTheReference() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    var watched = WatchedDriver.virtual(ExecutionMode.CHECKED);
    try (var device = watched.device()) {
      var graphs = cases().stream().map(Case::graph).toList();
      var plans = graphs.stream().map(g -> Compiler.compile(g, device.target())).toList();
      device.prepare(plans);
      var launches = new ArrayList<Integer>();
      for (int i = 0; i < plans.size(); i++) {
        var x = keys(cases().get(i).type(), new Random(i));
        watched.reset();
        try (var executable = device.load(plans.get(i));
            var input = Tensor.of("x", x);
            var order = executable.run(List.of(input)).getFirst()) {
          var want = graphs.get(i).evaluate(List.of(x)).getFirst();
          assertArrayEquals(want.toLongs(), order.toNdArray().toLongs(), cases().get(i).toString());
        }
        launches.add(watched.launched().size());
      }
      assertEquals(List.of(1, 1, 1, 1, 1, 2, 3, 4, 1, 1, 1, 2, 2, 1), launches);
    }
  }
}
