package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// Attention of a sequence to itself (Vaswani et al. 2017) over `x[n, time, features]`: queries,
/// keys and values `x kernel + bias` in `heads` parts of `features / heads` each, `softmax(q k^T /
/// sqrt(features / heads)) v` for each part, and a projection of the parts, joined, back to
/// `[n, time, features]`.
///
/// Variables, as in GPT-2: `qkv/kernel[features, 3 features]`, `qkv/bias[3 features]` with queries
/// first, then keys, then values; `projection/kernel[features, features]`,
/// `projection/bias[features]`.
///
/// @param causal whether a position sees itself and earlier ones only
/// @param useBias whether there are biases
public record MultiHeadAttention(
    int heads, boolean causal, boolean useBias, Initializer kernelInitializer) implements Layer {
  public MultiHeadAttention {
    Checks.positive("multi_head_attention: heads", heads);
  }

  /// With biases and Glorot-uniform kernels; every position sees all.
  public static MultiHeadAttention of(int heads) {
    return new MultiHeadAttention(heads, false, true, Initializer.glorotUniform());
  }

  /// As [#of], but a position sees itself and earlier ones only.
  public static MultiHeadAttention causal(int heads) {
    return new MultiHeadAttention(heads, true, true, Initializer.glorotUniform());
  }

  public MultiHeadAttention withoutBias() {
    return new MultiHeadAttention(heads, causal, false, kernelInitializer);
  }

  public MultiHeadAttention withKernelInitializer(Initializer initializer) {
    return new MultiHeadAttention(heads, causal, useBias, initializer);
  }

  @Override
  public String kind() {
    return "multi_head_attention";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("heads", heads)
        .with("causal", causal)
        .with("bias", useBias)
        .with("kernel_initializer", kernelInitializer);
  }

  /// Reads what [#settings] gave.
  public static MultiHeadAttention read(Fields f) throws IOException {
    return new MultiHeadAttention(
        f.integer("heads"), f.flag("causal"), f.flag("bias"), f.initializer("kernel_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    int size = x.dim(2);
    Operands.divides(kind(), heads, "heads", x);
    var qkv = dense(3 * size).apply(scope.child("qkv"), x);
    var q = qkv.slice(2, 0, size);
    var k = qkv.slice(2, size, 2 * size);
    var v = qkv.slice(2, 2 * size, 3 * size);
    var joined = Nn.multiHeadAttention(q, k, v, heads, causal);
    return dense(size).apply(scope.child("projection"), joined);
  }

  private Dense dense(int units) {
    return new Dense(units, Activation.LINEAR, useBias, kernelInitializer, Initializer.zeros());
  }
}
