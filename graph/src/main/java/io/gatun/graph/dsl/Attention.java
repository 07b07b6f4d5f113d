package io.gatun.graph.dsl;

import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Scaled dot-product attention as the composites `attention`, `attention.causal`,
/// `attention.masked` and `attention.biased`: operands `q[..., s, d]`, `k[..., t, d]`, `v[..., t,
/// e]`, the scale, and for the last two a mask `bool[..., s, t]` or floats `[..., s, t]` that are
/// added to the scaled scores. Outputs the result `[..., s, e]` and each row's logarithm of the sum
/// of exponentials `[..., s, 1]`, from which the gradient recomputes the weights (Dao et al.,
/// "FlashAttention", 2022). Of operands in f16 or bf16 the scores, the scale and the logarithms are
/// f32.
///
/// The axis before the last two is that of the heads. `k` and `v` may have fewer of them, which
/// divide those of `q`: neighbouring heads of `q` share one (Ainslie et al., "GQA", 2023). In the
/// body the queries of such a group are rows of one product, so that keys are never repeated.
final class Attention {
  private enum Kind {
    FULL("attention"),
    CAUSAL("attention.causal"),
    MASKED("attention.masked"),
    BIASED("attention.biased");

    private final String composite;

    Kind(String composite) {
      this.composite = composite;
    }

    private Composition composition() {
      var composition = Composition.of(composite, operands(), this::body);
      // The body's derivative has one for the bias too.
      return this == BIASED ? composition : composition.withGradient(this::gradient);
    }

    private List<String> operands() {
      var operands = new ArrayList<>(List.of("q", "k", "v", "scale"));
      if (this == MASKED) operands.add("mask");
      if (this == BIASED) operands.add("bias");
      return operands;
    }

    /// Which keys each query sees, of the scores' shape; empty where all.
    private Optional<Value> visible(List<Value> in, Value scores) {
      return switch (this) {
        case FULL, BIASED -> Optional.empty();
        case CAUSAL -> Optional.of(causal(scores));
        case MASKED -> Optional.of(in.get(4));
      };
    }

    private List<Value> body(List<Value> in) {
      var scores = this == BIASED ? scores(in).add(wide(in.get(4))) : scores(in);
      var visible = visible(in, scores);
      var max = hide(scores, visible).maxKeep(-1);
      var e = hide(scores.sub(max), visible).exp();
      var total = e.sumKeep(-1);
      var sum = visible.map(_ -> total.eq(0).select(total.scalar(1), total)).orElse(total);
      var v = in.get(2);
      var y = wide(split(joined(e.cast(v.dtype()), v).matmul(v), scores)).div(sum);
      return List.of(y.cast(v.dtype()), sum.log().add(max));
    }

    /// A composite of its own, which a device may have a kernel for: `attention.gradient`,
    /// `attention.causal.gradient` and `attention.masked.gradient` of the operands, both outputs
    /// and the cotangent, with the outputs `dq`, `dk` and `dv`.
    private List<Value> gradient(List<Value> in) {
      var operands = new ArrayList<>(operands());
      operands.addAll(List.of("y", "logsum", "dy"));
      return Composition.of(composite + ".gradient", operands, this::gradientBody)
          .apply(in.toArray(Value[]::new));
    }

    /// With weights `p` and `dp = dy v^T`: `ds = p * (dp - sum(dy * y))`, `dq = scale ds k`,
    /// `dk = scale ds^T q`, `dv = p^T dy`.
    private List<Value> gradientBody(List<Value> in) {
      int first = this == MASKED ? 5 : 4;
      var y = wide(in.get(first));
      var dy = in.get(first + 2);
      var scores = scores(in);
      var p = hide(scores.sub(in.get(first + 1)), visible(in, scores)).exp();
      var k = in.get(1);
      var rows = joined(dy, k);
      var dp = wide(split(rows.apply(new MatMul(false, true), in.get(2)), dy));
      var ds = p.mul(dp.sub(wide(dy).mul(y).sumKeep(-1))).mul(in.get(3)).cast(dy.dtype());
      var columns = joined(ds, k);
      return List.of(
          split(columns.matmul(k), ds),
          columns.apply(new MatMul(true, false), joined(in.get(0), k)),
          joined(p.cast(dy.dtype()), k).apply(new MatMul(true, false), rows));
    }
  }

  private Attention() {}

  static Value full(Value q, Value k, Value v, double scale) {
    check(q, k, v);
    return Kind.FULL.composition().apply(q, k, v, factor(q, scale)).getFirst();
  }

  static Value causal(Value q, Value k, Value v, double scale) {
    check(q, k, v);
    return Kind.CAUSAL.composition().apply(q, k, v, factor(q, scale)).getFirst();
  }

  static Value masked(Value q, Value k, Value v, Value mask, double scale) {
    check(q, k, v);
    if (mask.dtype() != DType.BOOL && mask.dtype() != q.dtype()) {
      throw GraphException.atCaller(
          "attention: wants a mask of bool or %s, got %s", q.dtype().text(), mask.type());
    }
    var shape = q.shape().with(q.rank() - 1, k.dim(-2));
    var kind = mask.dtype() == DType.BOOL ? Kind.MASKED : Kind.BIASED;
    return kind.composition().apply(q, k, v, factor(q, scale), mask.broadcastTo(shape)).getFirst();
  }

  static Value multiHead(Value q, Value k, Value v, int heads, boolean causal) {
    var split = List.of(split(q, heads), split(k, heads), split(v, heads));
    var y =
        causal
            ? causal(split.get(0), split.get(1), split.get(2), scale(split.get(0)))
            : full(split.get(0), split.get(1), split.get(2), scale(split.get(0)));
    return y.swapAxes(1, 2).reshape(q.dim(0), q.dim(1), v.dim(2));
  }

  /// `[n, s, heads * d]` as `[n, heads, s, d]`.
  private static Value split(Value x, int heads) {
    if (x.rank() != 3 || heads <= 0 || x.dim(2) % heads != 0) {
      throw GraphException.atCaller(
          "multiHeadAttention: %d heads want [batch, sequence, heads * size], got %s",
          heads, x.type());
    }
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads).swapAxes(1, 2);
  }

  private static void check(Value q, Value k, Value v) {
    boolean fits = q.rank() >= 2 && q.rank() == k.rank() && q.rank() == v.rank();
    fits = fits && leading(k).equals(leading(v)) && shares(q, k);
    if (!fits || q.dim(-1) != k.dim(-1) || k.dim(-2) != v.dim(-2)) {
      throw GraphException.atCaller(
          "attention: wants q[..., s, d], k[..., t, d] and v[..., t, e], in k and v as many heads"
              + " (the axis before these) as in q or a divisor of them, got %s, %s and %s",
          q.type(), k.type(), v.type());
    }
  }

  /// Whether each head of the queries has keys, of its own or with its neighbours.
  private static boolean shares(Value q, Value k) {
    if (leading(q).equals(leading(k))) return true;
    int heads = q.rank() - 3;
    return heads >= 0
        && leading(q).subList(0, heads).equals(leading(k).subList(0, heads))
        && k.dim(heads) > 0
        && q.dim(heads) % k.dim(heads) == 0;
  }

  /// The rows of heads that share keys, one head below the other: `x[..., heads, s, d]` as `[...,
  /// heads of the keys, rows, d]`; `x` itself where each has its own.
  private static Value joined(Value x, Value keys) {
    if (leading(x).equals(leading(keys))) return x;
    int heads = x.rank() - 3;
    int rows = x.dim(heads) / keys.dim(heads) * x.dim(-2);
    return x.reshape(x.shape().with(heads, keys.dim(heads)).with(heads + 1, rows));
  }

  /// The inverse of [#joined]: as many heads and rows as `like` has.
  private static Value split(Value x, Value like) {
    if (leading(x).equals(leading(like))) return x;
    return x.reshape(like.shape().with(x.rank() - 1, x.dim(-1)));
  }

  private static List<Integer> leading(Value x) {
    return x.shape().dims().subList(0, x.rank() - 2);
  }

  /// The usual scale, by the size of a query.
  static double scale(Value q) {
    return 1 / Math.sqrt(q.dim(-1));
  }

  private static Value scores(List<Value> in) {
    var q = in.get(0);
    var k = in.get(1);
    return wide(split(joined(q, k).apply(new MatMul(false, true), k), q)).mul(in.get(3));
  }

  /// Narrow types are for products; what is between them is computed in f32.
  private static Value wide(Value x) {
    return isNarrow(x) ? x.cast(DType.F32) : x;
  }

  private static boolean isNarrow(Value x) {
    return x.dtype() == DType.F16 || x.dtype() == DType.BF16;
  }

  /// The scale as an operand of the composite, in the type of the scores.
  private static Value factor(Value q, double scale) {
    return Value.scalar(q.builder(), isNarrow(q) ? DType.F32 : q.dtype(), scale);
  }

  /// The last query sees all keys, each before it one less.
  private static Value causal(Value scores) {
    int s = scores.dim(-2);
    int t = scores.dim(-1);
    var type = new TensorType(DType.I32, Shape.of(s, t));
    var query = Value.iota(scores.builder(), type, 0);
    var key = Value.iota(scores.builder(), type, 1);
    return query.add(t - s).ge(key).broadcastTo(scores.shape());
  }

  /// The exponents with those of invisible keys replaced by a finite number whose exponential is 0,
  /// so that a row without a visible key makes no NaN.
  private static Value hide(Value x, Optional<Value> visible) {
    return visible.map(m -> m.select(x, x.scalar(-0x1p127))).orElse(x);
  }
}
