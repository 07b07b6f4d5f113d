package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Folds the elements along `axes`; the axes stay with size 1 if `keep`, else they go.
///
/// An empty fold gives 0 (`SUM`), 1 (`PROD`), the least or greatest value of the type (`MAX`,
/// `MIN`). `ARGMAX` and `ARGMIN` take one non-empty axis and give the first position as `i32`; a
/// NaN counts as the extreme value. `MAX` and `MIN` of a NaN are NaN.
public record Reduce(Kind kind, List<Integer> axes, boolean keep) implements Op {
  public enum Kind {
    SUM,
    PROD,
    MAX,
    MIN,
    ARGMAX,
    ARGMIN;

    /// Name as printed.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The fold's neutral element on floats, integers or booleans of this type.
    public double identity(DType dtype) {
      return switch (this) {
        case SUM -> 0;
        case PROD -> 1;
        case MAX, ARGMAX -> least(dtype);
        case MIN, ARGMIN -> greatest(dtype);
      };
    }

    private static double least(DType dtype) {
      return switch (dtype) {
        case F32, F64, F16, BF16 -> Double.NEGATIVE_INFINITY;
        case I64 -> Long.MIN_VALUE;
        case I32 -> Integer.MIN_VALUE;
        case I16 -> Short.MIN_VALUE;
        case I8 -> Byte.MIN_VALUE;
        case U8, BOOL -> 0;
      };
    }

    private static double greatest(DType dtype) {
      return switch (dtype) {
        case F32, F64, F16, BF16 -> Double.POSITIVE_INFINITY;
        case I64 -> Long.MAX_VALUE;
        case I32 -> Integer.MAX_VALUE;
        case I16 -> Short.MAX_VALUE;
        case I8 -> Byte.MAX_VALUE;
        case U8 -> 255;
        case BOOL -> 1;
      };
    }
  }

  public Reduce {
    axes = axes.stream().sorted().toList();
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    var x = operands.getFirst();
    GraphException.check(
        axes.stream().distinct().count() == axes.size()
            && axes.stream().allMatch(a -> a >= 0 && a < x.shape().rank()),
        "%s: no such axes in %s",
        text(),
        x);
    var shape = x.shape();
    for (int axis : axes) shape = shape.with(axis, 1);
    if (!keep) shape = x.shape().without(axes);
    return switch (kind) {
      case SUM, PROD -> {
        GraphException.check(x.dtype() != DType.BOOL, "%s: not defined on %s", text(), x);
        yield x.with(shape);
      }
      case MAX, MIN -> x.with(shape);
      case ARGMAX, ARGMIN -> {
        GraphException.check(
            axes.size() == 1 && x.shape().dim(axes.getFirst()) > 0,
            "%s: wants one non-empty axis of %s",
            text(),
            x);
        yield new TensorType(DType.I32, shape);
      }
    };
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var type = infer(List.of(x.type()));
    var kept = new Reduce(kind, axes, true).infer(List.of(x.type())).shape();
    int size = Math.toIntExact(type.size());
    boolean isLong = !x.type().dtype().isFloat();
    double[] folds = new double[size];
    long[] longFolds = new long[size];
    int[] best = new int[size];
    Arrays.fill(folds, kind.identity(x.type().dtype()));
    Arrays.fill(longFolds, (long) kind.identity(x.type().dtype()));
    Arrays.fill(best, -1);
    for (int i = 0; i < x.size(); i++) {
      int[] index = x.type().shape().index(i);
      int position = axes.isEmpty() ? 0 : index[axes.getFirst()];
      for (int axis : axes) index[axis] = 0;
      int to = kept.flat(index);
      switch (kind) {
        case SUM -> {
          folds[to] += x.at(i);
          longFolds[to] += x.longAt(i);
        }
        case PROD -> {
          folds[to] *= x.at(i);
          longFolds[to] *= x.longAt(i);
        }
        case MAX -> {
          folds[to] = Math.max(folds[to], x.at(i));
          longFolds[to] = Math.max(longFolds[to], x.longAt(i));
        }
        case MIN -> {
          folds[to] = Math.min(folds[to], x.at(i));
          longFolds[to] = Math.min(longFolds[to], x.longAt(i));
        }
        case ARGMAX, ARGMIN -> {
          double v = x.at(i);
          boolean better = kind == Kind.ARGMAX ? v > folds[to] : v < folds[to];
          if (best[to] < 0 || better || Double.isNaN(v) && !Double.isNaN(folds[to])) {
            folds[to] = v;
            best[to] = position;
          }
        }
      }
    }
    return switch (kind) {
      case SUM, PROD, MAX, MIN ->
          isLong ? NdArray.ofLongs(type, i -> longFolds[i]) : NdArray.of(type, i -> folds[i]);
      case ARGMAX, ARGMIN -> NdArray.ofLongs(type, i -> best[i]);
    };
  }

  @Override
  public Pattern pattern() {
    return Pattern.REDUCE;
  }

  @Override
  public String text() {
    return "reduce." + kind.text() + " axes=" + Indexed.list(axes) + (keep ? " keep" : "");
  }
}
