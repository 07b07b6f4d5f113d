package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Folds the elements along `axes`; the axes stay with size 1 if `keep`, else they go.
///
/// An empty fold gives 0 (`SUM`), 1 (`PROD`), the least or greatest value of the type (`MAX`,
/// `MIN`). `ARGMAX` and `ARGMIN` take one non-empty axis and give the first position as `i32`; a
/// NaN counts as the extreme value, -0 and 0 as equal. `MAX` and `MIN` of a NaN are NaN. Sums and
/// products of integers wrap.
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
    GraphException.checkOperands(this, operands, 1);
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
    int[] to = targets(x.type().shape(), kept);
    if (kind == Kind.ARGMAX || kind == Kind.ARGMIN) return first(x, type, to);
    return x.type().dtype().isFloat() ? foldDoubles(x, type, to) : foldLongs(x, type, to);
  }

  /// For each element of the operand the row-major position of its fold.
  private int[] targets(Shape from, Shape kept) {
    int[] to = new int[Math.toIntExact(from.size())];
    for (int i = 0; i < to.length; i++) {
      int[] index = from.index(i);
      for (int axis : axes) index[axis] = 0;
      to[i] = kept.flat(index);
    }
    return to;
  }

  private NdArray foldDoubles(NdArray x, TensorType type, int[] to) {
    double[] folds = new double[Math.toIntExact(type.size())];
    Arrays.fill(folds, kind.identity(type.dtype()));
    for (int i = 0; i < to.length; i++) {
      double fold = folds[to[i]];
      folds[to[i]] =
          switch (kind) {
            case SUM -> fold + x.at(i);
            case PROD -> fold * x.at(i);
            case MAX, ARGMAX -> Math.max(fold, x.at(i));
            case MIN, ARGMIN -> Math.min(fold, x.at(i));
          };
    }
    return NdArray.of(type, i -> folds[i]);
  }

  private NdArray foldLongs(NdArray x, TensorType type, int[] to) {
    long[] folds = new long[Math.toIntExact(type.size())];
    Arrays.fill(folds, type.dtype().saturate(kind.identity(type.dtype())));
    for (int i = 0; i < to.length; i++) {
      long fold = folds[to[i]];
      folds[to[i]] =
          switch (kind) {
            case SUM -> fold + x.longAt(i);
            case PROD -> fold * x.longAt(i);
            case MAX, ARGMAX -> Math.max(fold, x.longAt(i));
            case MIN, ARGMIN -> Math.min(fold, x.longAt(i));
          };
    }
    return NdArray.ofLongs(type, i -> folds[i]);
  }

  private NdArray first(NdArray x, TensorType type, int[] to) {
    int[] best = new int[Math.toIntExact(type.size())];
    Arrays.fill(best, -1);
    for (int i = 0; i < to.length; i++) {
      if (best[to[i]] < 0 || beats(x, i, best[to[i]])) best[to[i]] = i;
    }
    int axis = axes.getFirst();
    return NdArray.ofLongs(type, i -> x.type().shape().index(best[i])[axis]);
  }

  private boolean beats(NdArray x, int i, int best) {
    if (!x.type().dtype().isFloat()) {
      return kind == Kind.ARGMAX ? x.longAt(i) > x.longAt(best) : x.longAt(i) < x.longAt(best);
    }
    double v = x.at(i);
    double w = x.at(best);
    if (Double.isNaN(v) || Double.isNaN(w)) return !Double.isNaN(w);
    return kind == Kind.ARGMAX ? v > w : v < w;
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
