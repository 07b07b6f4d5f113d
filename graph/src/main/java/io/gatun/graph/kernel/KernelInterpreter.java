package io.gatun.graph.kernel;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Computes a [Kernel] point by point in plain Java: the oracle of every lowering. Floats are
/// computed in double precision and rounded only by [ExprOp.Convert]; integers wrap.
public final class KernelInterpreter {
  private final List<double[]> doubles = new ArrayList<>();
  private final List<long[]> longs = new ArrayList<>();
  private final PointEvaluator point;

  private KernelInterpreter(List<NdArray> contents) {
    for (NdArray array : contents) {
      boolean isFloat = array.type().dtype().isFloat();
      double[] values = new double[isFloat ? array.size() : 0];
      long[] integers = new long[isFloat ? 0 : array.size()];
      for (int i = 0; i < array.size(); i++) {
        if (isFloat) values[i] = array.at(i);
        else integers[i] = array.longAt(i);
      }
      doubles.add(values);
      longs.add(integers);
    }
    point = new PointEvaluator(doubles, longs);
  }

  /// The contents of all buffers of `kernel` after a run that began with `contents`.
  public static List<NdArray> run(Kernel kernel, List<NdArray> contents) {
    var interpreter = new KernelInterpreter(contents);
    switch (kernel) {
      case LoopKernel k -> interpreter.loop(k);
      case LoopsKernel k -> {
        return loops(k, contents);
      }
      case ContractKernel k -> interpreter.contract(k);
      case ScatterKernel k -> interpreter.scatter(k);
      case SortKernel k -> interpreter.sort(k);
      case ScanKernel k -> {
        return scan(k, contents);
      }
      case ReferenceKernel k -> {
        var inputs = k.node().inputs().stream().map(n -> contents.get(k.buffers().indexOf(n)));
        var after = new ArrayList<>(contents);
        var operands = inputs.toList();
        for (Node node : k.nodes()) {
          after.set(k.buffers().indexOf(node), node.op().evaluate(operands));
        }
        return after;
      }
    }
    var after = new ArrayList<NdArray>();
    for (int b = 0; b < contents.size(); b++) {
      var type = contents.get(b).type();
      int buffer = b;
      after.add(
          type.dtype().isFloat()
              ? NdArray.of(type, i -> interpreter.doubles.get(buffer)[i])
              : NdArray.ofLongs(type, i -> interpreter.longs.get(buffer)[i]));
    }
    return after;
  }

  private static List<NdArray> loops(LoopsKernel kernel, List<NdArray> contents) {
    var after = new ArrayList<>(contents);
    for (LoopKernel loop : kernel.loops()) {
      var places = loop.buffers().stream().map(n -> kernel.buffers().indexOf(n)).toList();
      var results = run(loop, places.stream().map(after::get).toList());
      for (int b = 0; b < places.size(); b++) after.set(places.get(b), results.get(b));
    }
    return after;
  }

  private static List<NdArray> scan(ScanKernel kernel, List<NdArray> contents) {
    var operands = kernel.operands().stream().map(n -> contents.get(kernel.buffers().indexOf(n)));
    var values = kernel.scan().evaluateAll(operands.toList());
    var after = new ArrayList<>(contents);
    for (Node result : kernel.results()) {
      var value = values.get(((Scan) result.op()).output());
      after.set(kernel.buffers().indexOf(result), value);
    }
    return after;
  }

  private void loop(LoopKernel kernel) {
    walk(
        kernel.outer(),
        0,
        () -> {
          point.clearFolds();
          for (var stage : kernel.stages()) {
            var folds = stage.folds().stream().map(Accumulator::new).toList();
            long[] position = {0};
            walk(
                kernel.inner(),
                0,
                () -> {
                  folds.forEach(f -> f.add(point, position[0]));
                  store(stage.stores());
                  position[0]++;
                });
            folds.forEach(f -> f.finish(point));
          }
          store(kernel.finals());
        });
  }

  private void contract(ContractKernel kernel) {
    var outer = new ArrayList<>(kernel.batch());
    outer.addAll(kernel.m());
    outer.addAll(kernel.n());
    boolean isFloat = kernel.a().dtype().isFloat();
    walk(
        outer,
        0,
        () -> {
          double[] sum = {0};
          long[] integerSum = {0};
          point.clearFolds();
          walk(
              kernel.k(),
              0,
              () -> {
                if (isFloat) sum[0] += point.number(kernel.a()) * point.number(kernel.b());
                else integerSum[0] += point.integer(kernel.a()) * point.integer(kernel.b());
              });
          point.addFold(sum[0], integerSum[0]);
          store(kernel.stores());
        });
  }

  private void scatter(ScatterKernel kernel) {
    var all = new ArrayList<>(kernel.outer());
    all.add(kernel.row());
    all.addAll(kernel.inner());
    walk(all, 0, () -> store(List.of(new Store(kernel.target(), kernel.offset(), kernel.base()))));
    var updates = new ArrayList<>(kernel.outer());
    updates.addAll(kernel.points());
    updates.addAll(kernel.inner());
    boolean isFloat = kernel.update().dtype().isFloat();
    walk(
        updates,
        0,
        () -> {
          long row = Math.clamp(point.integer(kernel.index()), 0, kernel.row().extent() - 1);
          point.bind(kernel.row(), (int) row);
          int at = Math.toIntExact(point.index(kernel.offset()));
          if (isFloat) doubles.get(kernel.target())[at] += point.number(kernel.update());
          else longs.get(kernel.target())[at] += point.integer(kernel.update());
        });
  }

  /// Sorts the keys of each row as [ArgSort] does.
  private void sort(SortKernel kernel) {
    int length = Math.toIntExact(ContractKernel.size(kernel.inner()));
    var type = new TensorType(kernel.key().dtype(), Shape.of(length));
    walk(
        kernel.outer(),
        0,
        () -> {
          double[] numbers = new double[length];
          long[] integers = new long[length];
          int[] at = new int[length];
          int[] next = {0};
          walk(
              kernel.inner(),
              0,
              () -> {
                int i = next[0]++;
                if (type.dtype().isFloat()) numbers[i] = point.number(kernel.key());
                else integers[i] = point.integer(kernel.key());
                at[i] = Math.toIntExact(point.index(kernel.offset()));
              });
          var keys =
              type.dtype().isFloat()
                  ? NdArray.of(type, i -> numbers[i])
                  : NdArray.ofLongs(type, i -> integers[i]);
          var order = new ArgSort(0, kernel.descending()).evaluate(List.of(keys));
          for (int i = 0; i < kernel.count(); i++)
            longs.get(kernel.target())[at[i]] = order.longAt(i);
        });
  }

  private void walk(List<Var> variables, int depth, Runnable body) {
    if (depth == variables.size()) {
      point.advance();
      body.run();
      return;
    }
    Var variable = variables.get(depth);
    for (int i = 0; i < variable.extent(); i++) {
      point.bind(variable, i);
      walk(variables, depth + 1, body);
    }
  }

  /// All values are computed before the first is written.
  private void store(List<Store> stores) {
    double[] values = new double[stores.size()];
    long[] integers = new long[stores.size()];
    for (int s = 0; s < values.length; s++) {
      Expr value = stores.get(s).value();
      if (value.dtype().isFloat()) values[s] = point.number(value);
      else integers[s] = point.integer(value);
    }
    for (int s = 0; s < values.length; s++) {
      Store store = stores.get(s);
      int at = Math.toIntExact(point.index(store.offset()));
      if (store.value().dtype().isFloat()) doubles.get(store.buffer())[at] = values[s];
      else longs.get(store.buffer())[at] = integers[s];
    }
    point.advance();
  }

  /// The running value of one fold.
  private static final class Accumulator {
    private final Fold fold;
    private double value;
    private long integer;
    private long best = -1;

    Accumulator(Fold fold) {
      this.fold = fold;
      value = fold.kind().identity(fold.value().dtype());
      integer = (long) value;
    }

    void add(PointEvaluator point, long position) {
      if (fold.value().dtype().isFloat()) addNumber(point.number(fold.value()), position);
      else addInteger(point.integer(fold.value()), position);
    }

    private void addNumber(double x, long position) {
      switch (fold.kind()) {
        case SUM -> value += x;
        case PROD -> value *= x;
        case MAX -> value = Math.max(value, x);
        case MIN -> value = Math.min(value, x);
        case ARGMAX, ARGMIN -> {
          boolean better = fold.kind() == Reduce.Kind.ARGMAX ? x > value : x < value;
          if (best < 0 || better || Double.isNaN(x) && !Double.isNaN(value)) {
            value = x;
            best = position;
          }
        }
      }
    }

    private void addInteger(long x, long position) {
      switch (fold.kind()) {
        case SUM -> integer += x;
        case PROD -> integer *= x;
        case MAX -> integer = Math.max(integer, x);
        case MIN -> integer = Math.min(integer, x);
        case ARGMAX, ARGMIN -> {
          if (best < 0 || (fold.kind() == Reduce.Kind.ARGMAX ? x > integer : x < integer)) {
            integer = x;
            best = position;
          }
        }
      }
    }

    void finish(PointEvaluator point) {
      switch (fold.kind()) {
        case SUM, PROD, MAX, MIN ->
            point.addFold(
                value, fold.value().dtype().isFloat() ? 0 : fold.value().dtype().wrap(integer));
        case ARGMAX, ARGMIN -> point.addFold(best, best);
      }
    }
  }
}
