package io.gatun.graph.dsl;

import io.gatun.graph.ir.GraphException;
import java.util.List;

/// The functions of neural networks. Those that a device may have a kernel for are composites, the
/// others plain expressions; both are differentiated. Channels and classes are the last axis.
public final class Nn {
  /// A batch normalization in training: the result and the batch's statistics by channel, for the
  /// running averages. The variance is the population's (divided by the number of rows).
  public record BatchNorm(Value y, Value mean, Value variance) {}

  private Nn() {}

  /// `exp(x) / sum(exp(x))` along an axis.
  public static Value softmax(Value x, int axis) {
    return Softmax.softmax(x, axis);
  }

  /// Softmax of the last axis.
  public static Value softmax(Value x) {
    return softmax(x, -1);
  }

  /// `x - log(sum(exp(x)))` along an axis.
  public static Value logSoftmax(Value x, int axis) {
    return Softmax.logSoftmax(x, axis);
  }

  /// Logarithm of the softmax of the last axis.
  public static Value logSoftmax(Value x) {
    return logSoftmax(x, -1);
  }

  /// `max(x, 0)`; its derivative at 0 is 0.
  public static Value relu(Value x) {
    return Activations.relu(x);
  }

  /// `x` where positive, else `slope * x`.
  ///
  /// @param slope not negative
  public static Value leakyRelu(Value x, double slope) {
    if (!(slope >= 0)) throw GraphException.atCaller("leakyRelu: negative slope %s", slope);
    return Activations.leakyRelu(x, slope);
  }

  /// `x` where positive, else `alpha * (exp(x) - 1)`.
  ///
  /// @param alpha not negative
  public static Value elu(Value x, double alpha) {
    if (!(alpha >= 0)) throw GraphException.atCaller("elu: negative alpha %s", alpha);
    return Activations.elu(x, alpha);
  }

  /// `x * P(N(0, 1) <= x)`, exactly, by the error function (Hendrycks and Gimpel 2016).
  public static Value gelu(Value x) {
    return Activations.gelu(x);
  }

  /// The approximation of [#gelu] by `tanh`, as in GPT-2.
  public static Value geluTanh(Value x) {
    return Activations.geluTanh(x);
  }

  /// The approximation of [#gelu] by `x * sigmoid(1.702 x)`, as in CLIP.
  public static Value geluSigmoid(Value x) {
    return Activations.geluSigmoid(x);
  }

  /// `x * sigmoid(x)`, also called swish.
  public static Value silu(Value x) {
    return Activations.silu(x);
  }

  /// `log(1 + exp(x))`, without overflow.
  public static Value softplus(Value x) {
    return Activations.softplus(x);
  }

  /// Sets a random fraction `rate` of the elements to 0 and scales the others by `1 / (1 - rate)`.
  /// Uses [Value#uniform] numbers.
  public static Value dropout(Value x, double rate, Value key, Value counter) {
    if (!(rate >= 0 && rate < 1)) {
      throw GraphException.atCaller("dropout: rate %s is not in [0, 1)", rate);
    }
    var keep = Value.uniform(key, counter, x.shape()).ge(rate);
    return x.mul(1 / (1 - rate)).where(keep, 0);
  }

  /// `x w + b` for `x[..., in]`, `w[in, out]` and `b[out]`.
  public static Value linear(Value x, Value w, Value b) {
    return x.matmul(w).add(b);
  }

  /// Rows of `table[entries, size]` at integer indices.
  public static Value embedding(Value table, Value indices) {
    return table.take(indices, 0);
  }

  /// `(x - mean) / sqrt(variance + epsilon) * gamma + beta` over the last axis; `gamma` and `beta`
  /// have its size (Ba et al. 2016).
  public static Value layerNorm(Value x, Value gamma, Value beta, double epsilon) {
    return Normalization.layerNorm(x, gamma, beta, epsilon);
  }

  /// `x / sqrt(mean(x^2) + epsilon) * gamma` over the last axis (Zhang and Sennrich 2019).
  public static Value rmsNorm(Value x, Value gamma, double epsilon) {
    return Normalization.rmsNorm(x, gamma, epsilon);
  }

  /// Batch normalization in training, with the statistics of the batch: of all axes but the last
  /// (Ioffe and Szegedy 2015).
  public static BatchNorm batchNorm(Value x, Value gamma, Value beta, double epsilon) {
    return Normalization.batchNorm(x, gamma, beta, epsilon);
  }

  /// Batch normalization in inference, with given statistics by channel.
  public static Value batchNorm(
      Value x, Value gamma, Value beta, Value mean, Value variance, double epsilon) {
    return Normalization.batchNorm(x, gamma, beta, mean, variance, epsilon);
  }

  /// Cross-entropy of `softmax(logits[..., C])` against integer labels `[...]`: `-log(p[label])`,
  /// one number a row. A label outside of `[0, C)` counts as a class of logit 0.
  public static Value crossEntropy(Value logits, Value labels) {
    if (!labels.dtype().isInteger()
        || logits.rank() == 0
        || !labels.shape().equals(logits.shape().without(List.of(logits.rank() - 1)))) {
      throw GraphException.atCaller(
          "crossEntropy: wants logits[..., classes] and integer labels[...], got %s and %s",
          logits.type(), labels.type());
    }
    return Softmax.crossEntropy(logits, labels);
  }

  /// Cross-entropy of `softmax(logits[..., C])` against probabilities of its shape, one number a
  /// row.
  public static Value softCrossEntropy(Value logits, Value probabilities) {
    return logSoftmax(logits).mul(probabilities).sum(-1).neg();
  }

  /// Cross-entropy of `sigmoid(logits)` against targets in [0, 1] of the same shape, elementwise.
  public static Value binaryCrossEntropy(Value logits, Value targets) {
    if (!logits.type().equals(targets.type())) {
      throw GraphException.atCaller(
          "binaryCrossEntropy: logits %s, targets %s", logits.type(), targets.type());
    }
    return Activations.binaryCrossEntropy(logits, targets);
  }

  /// Mean of the squared differences: a scalar.
  public static Value meanSquaredError(Value x, Value target) {
    return x.sub(target).square().mean();
  }

  /// `softmax(q k^T / sqrt(d)) v` for `q[..., s, d]`, `k[..., t, d]` and `v[..., t, e]` (Vaswani et
  /// al. 2017). Where `k` and `v` have fewer heads (the axis before the last two), each serves as
  /// many neighbouring heads of `q` (Ainslie et al., "GQA", 2023).
  public static Value attention(Value q, Value k, Value v) {
    return Attention.full(q, k, v, Attention.scale(q));
  }

  /// As [#attention(Value, Value, Value)], with `scale` for `1 / sqrt(d)`.
  public static Value attention(Value q, Value k, Value v, double scale) {
    return Attention.full(q, k, v, scale);
  }

  /// Attention to the keys for which `mask`, a `bool` that broadcasts to `[..., s, t]`, is true: a
  /// query without one gives zeros. A mask of floats is added to the scaled scores.
  public static Value attention(Value q, Value k, Value v, Value mask) {
    return Attention.masked(q, k, v, mask, Attention.scale(q));
  }

  /// As [#attention(Value, Value, Value, Value)], with `scale` for `1 / sqrt(d)`.
  public static Value attention(Value q, Value k, Value v, Value mask, double scale) {
    return Attention.masked(q, k, v, mask, scale);
  }

  /// Attention to the past: the last query sees all keys, each before it one less.
  public static Value causalAttention(Value q, Value k, Value v) {
    return Attention.causal(q, k, v, Attention.scale(q));
  }

  /// As [#causalAttention(Value, Value, Value)], with `scale` for `1 / sqrt(d)`.
  public static Value causalAttention(Value q, Value k, Value v, double scale) {
    return Attention.causal(q, k, v, scale);
  }

  /// Attention in `heads` independent heads, for `q[n, s, heads * d]`, `k[n, t, heads * d]` and
  /// `v[n, t, heads * e]`.
  public static Value multiHeadAttention(Value q, Value k, Value v, int heads, boolean causal) {
    return Attention.multiHead(q, k, v, heads, causal);
  }
}
