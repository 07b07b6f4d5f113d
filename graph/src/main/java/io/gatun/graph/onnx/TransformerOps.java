package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// Attention and rotary embeddings of opset 23 and later, with the windows of opset 25.
final class TransformerOps {
  private TransformerOps() {}

  static void register(Registry r) {
    r.many("Attention", TransformerOps::attention);
    r.one("RotaryEmbedding", TransformerOps::rotary);
    r.one("ai.onnx.preview:FlexAttention", TransformerOps::flexible);
  }

  /// `[batch, s, heads * d]` as `[batch, heads, s, d]`; four axes stay.
  private static Value heads(Value x, int heads) {
    if (x.rank() == 4) return x;
    OnnxException.check(heads > 0, "%s wants the number of heads", x.type());
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads).swapAxes(1, 2);
  }

  /// Repeats each head of `x` for the query heads that share it.
  private static Value shared(Value x, int heads) {
    OnnxException.check(
        x.dim(1) > 0 && heads % x.dim(1) == 0,
        "%d query heads cannot share those of %s",
        heads,
        x.type());
    int times = heads / x.dim(1);
    if (times == 1) return x;
    return x.expandDims(2)
        .broadcastTo(x.dim(0), x.dim(1), times, x.dim(2), x.dim(3))
        .reshape(x.dim(0), heads, x.dim(2), x.dim(3));
  }

  /// Outputs `y`, the keys and values with the past before them, and the scores.
  private static List<Value> attention(Call c) {
    var a = c.attributes();
    boolean flat = c.in(0).rank() == 3;
    var q = heads(c.in(0), a.integer("q_num_heads", 0));
    var k = heads(c.in(1), a.integer("kv_num_heads", 0));
    var v = heads(c.in(2), a.integer("kv_num_heads", 0));
    if (c.has(4)) k = Value.concat(2, c.in(4), k);
    if (c.has(5)) v = Value.concat(2, c.in(5), v);
    int heads = q.dim(1);
    double scale = a.number("scale", 1 / Math.sqrt(q.dim(3)));
    double root = Math.sqrt(scale);
    var keys = shared(k, heads);
    var product = q.mul(root).apply(new MatMul(false, true), keys.mul(root));
    double cap = a.number("softcap", 0);
    int mode = a.integer("qk_matmul_output_mode", 0);
    var capped = cap > 0 ? product.div(cap).tanh().mul(cap) : product;
    var masked = capped.add(bias(c, capped, c.has(4) ? c.in(4).dim(2) : 0));
    var precision =
        a.has("softmax_precision")
            ? ElementType.of(a.integer("softmax_precision", 1)).dtype()
            : masked.dtype();
    var weights = softmax(masked.cast(precision)).cast(masked.dtype());
    var y = weights.cast(v.dtype()).matmul(shared(v, heads));
    var scores =
        switch (mode) {
          case 0 -> product;
          case 1 -> capped;
          case 2 -> masked;
          default -> weights;
        };
    if (flat) y = y.swapAxes(1, 2).reshape(y.dim(0), y.dim(2), heads * v.dim(3));
    return List.of(y, k, v, scores);
  }

  /// Attention whose scores and weights go through graphs of the model, in the precision of the
  /// softmax.
  private static Value flexible(Call c) {
    var a = c.attributes();
    var q = c.in(0);
    var v = c.in(2);
    OnnxException.check(
        q.rank() == 4 && c.in(1).rank() == 4 && v.rank() == 4,
        "wants [batch, heads, length, size] each, got %s, %s and %s",
        q.type(),
        c.in(1).type(),
        v.type());
    int heads = q.dim(1);
    double root = Math.sqrt(a.number("scale", 1 / Math.sqrt(q.dim(3))));
    var product = q.mul(root).apply(new MatMul(false, true), shared(c.in(1), heads).mul(root));
    var precision =
        a.has("softmax_precision")
            ? ElementType.of(a.integer("softmax_precision", 1)).dtype()
            : ElementwiseOps.wide(q).dtype();
    var weights = softmax(modified(c, "score_mod", product.cast(precision)));
    return modified(c, "prob_mod", weights)
        .matmul(shared(v, heads).cast(precision))
        .cast(v.dtype());
  }

  /// What a graph in an attribute makes of a value, itself where there is no such attribute.
  private static Value modified(Call c, String attribute, Value x) {
    if (!c.attributes().has(attribute)) return x;
    var results = c.subgraph(c.attributes().graph(attribute), List.of(OnnxValue.Tensor.of(x)));
    if (results.size() == 1
        && results.getFirst() instanceof OnnxValue.Tensor(Value y, ElementType _)
        && y.type().equals(x.type())) {
      return y;
    }
    throw OnnxException.of("attribute %s: must give one value of %s", attribute, x.type());
  }

  /// A row that sees nothing gives zeros.
  private static Value softmax(Value x) {
    var max = x.maxKeep(-1);
    var none = max.eq(Double.NEGATIVE_INFINITY);
    return none.select(x.scalar(0), Nn.softmax(none.select(x.scalar(0), x)));
  }

  /// What is added to the scores: the mask, minus infinity for the future and beyond the end.
  private static Value bias(Call c, Value scores, int past) {
    int rows = scores.dim(2);
    int columns = scores.dim(3);
    Value bias = scores.scalar(0).broadcastTo(rows, columns);
    var type = new TensorType(DType.I64, Shape.of(rows, columns));
    var minus = scores.scalar(Double.NEGATIVE_INFINITY);
    var outside = outsideWindow(c, type, past);
    if (outside.isPresent()) bias = outside.get().select(minus, bias);
    if (c.has(3)) {
      var mask = c.in(3);
      var added =
          mask.dtype() == DType.BOOL
              ? mask.select(scores.scalar(0), minus)
              : mask.cast(scores.dtype());
      // A mask of fewer columns hides the others.
      if (added.dim(-1) < columns && added.dim(-1) > 1) {
        added = added.pad(-1, 0, columns - added.dim(-1), Double.NEGATIVE_INFINITY);
      }
      bias = bias.add(added);
    }
    if (c.has(6)) {
      var length = c.in(6).cast(DType.I64).reshape(-1, 1, 1, 1);
      var beyond = c.iota(type, 1).expandDims(0).expandDims(0).ge(length);
      bias = beyond.select(minus, bias);
    }
    return bias;
  }

  /// Where a key is beyond what its query may see: the future, or, from opset 25 on, more than so
  /// many positions to either side.
  private static Optional<Value> outsideWindow(Call c, TensorType scores, int past) {
    int left = c.attributes().integer("left_window_size", -1);
    int right = c.attributes().integer("right_window_size", -1);
    if (c.attributes().flag("is_causal", false)) right = 0;
    if (left < 0 && right < 0) return Optional.empty();
    // The last query stands at the end of the keys that count.
    var first =
        c.has(6) && past == 0
            ? c.in(6).cast(DType.I64).sub(scores.shape().dim(0)).reshape(-1, 1, 1, 1)
            : c.scalar(DType.I64, past);
    var at = c.iota(scores, 0).add(first);
    var key = c.iota(scores, 1);
    Optional<Value> outside = Optional.empty();
    if (right >= 0) outside = Optional.of(key.gt(right == 0 ? at : at.add(right)));
    if (left >= 0) {
      var before = key.lt(at.sub(left));
      outside = Optional.of(outside.map(o -> o.or(before)).orElse(before));
    }
    return outside;
  }

  /// Rotates pairs of features by angles of their position (Su et al., "RoFormer", 2021): halves,
  /// or neighbours if interleaved.
  private static Value rotary(Call c) {
    var a = c.attributes();
    var given = c.in(0);
    var x = heads(given, a.integer("num_heads", 0));
    int size = x.dim(3);
    int rotated = a.integer("rotary_embedding_dim", 0);
    if (rotated == 0) rotated = size;
    int half = rotated / 2;
    boolean interleaved = a.flag("interleaved", false);
    var cos = angles(c, 1, half);
    var sin = angles(c, 2, half);
    var part = x.slice(3, 0, rotated);
    var low = interleaved ? PartOps.slice(part, 3, 0, rotated, 2) : part.slice(3, 0, half);
    var high = interleaved ? PartOps.slice(part, 3, 1, rotated, 2) : part.slice(3, half, rotated);
    var real = low.mul(cos).sub(high.mul(sin));
    var imaginary = low.mul(sin).add(high.mul(cos));
    var turned =
        interleaved
            ? Value.stack(4, real, imaginary).reshape(part.shape())
            : Value.concat(3, real, imaginary);
    var y = rotated == size ? turned : Value.concat(3, turned, x.slice(3, rotated, size));
    return given.rank() == 4 ? y : y.swapAxes(1, 2).reshape(given.shape());
  }

  /// `[batch, 1, s, half]` of a cache by position, or of one that has a row for each place.
  private static Value angles(Call c, int input, int half) {
    var cache = c.in(input);
    if (c.has(3)) cache = cache.take(c.in(3), 0);
    return cache.slice(-1, 0, half).expandDims(1);
  }
}
