package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Tensor;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Scatters and sorts of random shapes against the reference; the same on one thread as on three.
class IndexedKernelsTest {
  private static final List<DType> SUMMED =
      List.of(DType.F32, DType.F16, DType.BF16, DType.F64, DType.I64, DType.I8);

  /// The outputs on that many threads; updated inputs are outputs, too.
  private static List<NdArray> run(Graph graph, List<NdArray> arguments, int threads) {
    var plan = Compiler.compile(graph, Target.cpu());
    assertTrue(plan.groups().stream().noneMatch(g -> g.kernel() instanceof ReferenceKernel));
    var inputs = new ArrayList<Tensor>();
    for (NdArray argument : arguments) inputs.add(Tensor.of("x" + inputs.size(), argument));
    try (var pool = new ThreadPool(threads);
        var executable = CpuLoader.load(plan, pool, new SharedConstants())) {
      var results = executable.run(inputs);
      var arrays = new ArrayList<>(results.stream().map(Tensor::toNdArray).toList());
      for (var output : plan.graph().outputs()) {
        output
            .updates()
            .ifPresent(n -> arrays.add(inputs.get(plan.inputs().indexOf(n)).toNdArray()));
      }
      results.forEach(Tensor::close);
      return arrays;
    } finally {
      inputs.forEach(Tensor::close);
    }
  }

  private static void check(Graph graph, List<NdArray> arguments, String what) {
    var want = graph.evaluate(arguments);
    for (int threads : new int[] {1, 3}) {
      var got = run(graph, arguments, threads);
      for (int i = 0; i < want.size(); i++) {
        for (int j = 0; j < want.get(i).size(); j++) {
          assertEquals(
              want.get(i).at(j),
              got.get(i).at(j),
              what + ", threads " + threads + ", element " + j);
        }
      }
    }
  }

  /// Small integers, whose sums are exact in every type.
  private static NdArray numbers(TensorType type, Random random) {
    return NdArray.of(type, _ -> random.nextInt(5) - 2);
  }

  private static NdArray places(TensorType type, int limit, Random random) {
    // Some places are hit often, some are out of range.
    return NdArray.ofLongs(type, _ -> (long) (1.1 * limit * Math.pow(random.nextDouble(), 3)));
  }

  @Test
  void scattersOfRandomShapes() {
    for (long seed = 0; seed < 40; seed++) {
      var random = new Random(seed);
      int rows = 1 + random.nextInt(300);
      int size = 1 + random.nextInt(150);
      int count = 1 + random.nextInt(500);
      var dtype = SUMMED.get(random.nextInt(SUMMED.size()));
      boolean along = random.nextInt(3) == 0;
      boolean updates = random.nextBoolean();
      var t = new Tracer();
      var table = t.input("table", TensorType.of(dtype, 2, rows, size));
      var index =
          t.input(
              "index",
              along ? TensorType.of(DType.I32, 2, count, size) : TensorType.of(DType.I32, count));
      var update = t.input("update", TensorType.of(dtype, 2, count, size));
      var base = updates ? table : table.filled(0);
      var values = random.nextBoolean() ? update.mul(2) : update;
      Value sum =
          along ? base.scatterAddAlong(index, values, 1) : base.scatterAdd(index, values, 1);
      if (updates) t.update(table, sum);
      else t.output("sum", sum.add(table));
      var graph = t.graph();
      var arguments =
          graph.inputs().stream()
              .map(
                  n ->
                      n == index.node()
                          ? places(n.type(), rows, random)
                          : numbers(n.type(), random))
              .toList();
      check(graph, arguments, "seed %d: %s".formatted(seed, graph));
    }
  }

  @Test
  void sortsOfRandomShapes() {
    for (long seed = 0; seed < 40; seed++) {
      var random = new Random(seed);
      int count = 1 + random.nextInt(seed % 2 == 0 ? 120 : 20_000);
      var dtype = DType.values()[random.nextInt(DType.values().length)];
      boolean last = random.nextBoolean();
      var type = last ? TensorType.of(dtype, 3, count) : TensorType.of(dtype, count, 3);
      var t = new Tracer();
      var x = t.input("x", type);
      int axis = last ? 1 : 0;
      boolean descending = random.nextBoolean();
      t.output("order", x.argsort(axis, descending));
      t.output("first", x.argsort(random.nextInt(count + 1), axis, descending));
      int different = 1 + random.nextInt(1000);
      var keys =
          NdArray.of(
              type,
              _ -> {
                if (dtype == DType.BOOL) return random.nextInt(2);
                if (dtype.isFloat() && random.nextInt(20) == 0) return Double.NaN;
                int key = random.nextInt(different) - (dtype == DType.U8 ? 0 : different / 2);
                return dtype.isFloat() ? key / 8.0 : dtype.wrap(key);
              });
      check(t.graph(), List.of(keys.rounded()), "seed %d: %s".formatted(seed, t.graph()));
    }
  }
}
