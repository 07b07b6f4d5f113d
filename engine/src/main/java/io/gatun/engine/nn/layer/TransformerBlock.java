package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// One block of a Transformer over `x[n, time, features]`: attention and a feed-forward network,
/// each with dropout, a residual connection and a layer normalization. Normalized before, as in
/// GPT-2 (Xiong et al. 2020):
///
/// ```text
/// x = x + dropout(attention(attention_norm(x)))
/// x = x + dropout(feed_forward(feed_forward_norm(x)))
/// ```
///
/// or after, as in the first Transformer (Vaswani et al. 2017): `x = attention_norm(x +
/// dropout(attention(x)))` and so on. Attention weights themselves are not dropped.
///
/// Variables and what they are called in checkpoints of GPT-2, whose kernels lie as these do:
///
/// | variable | GPT-2 |
/// |---|---|
/// | `attention_norm/gamma`, `/beta` | `ln_1.weight`, `.bias` |
/// | `attention/qkv/kernel`, `/bias` | `attn.c_attn.weight`, `.bias` |
/// | `attention/projection/kernel`, `/bias` | `attn.c_proj.weight`, `.bias` |
/// | `feed_forward_norm/gamma`, `/beta` | `ln_2.weight`, `.bias` |
/// | `feed_forward/hidden/kernel`, `/bias` | `mlp.c_fc.weight`, `.bias` |
/// | `feed_forward/output/kernel`, `/bias` | `mlp.c_proj.weight`, `.bias` |
///
/// @param units size of the hidden layer of the feed-forward network, mostly four times the
/// features
/// @param causal whether a position sees itself and earlier ones only
/// @param normFirst whether to normalize before attention and network rather than after the sum
/// @param dropout rate of what attention and network give
/// @param epsilon of the layer normalizations
public record TransformerBlock(
    int heads,
    int units,
    boolean causal,
    boolean normFirst,
    Activation activation,
    double dropout,
    double epsilon,
    Initializer kernelInitializer)
    implements Layer {
  public TransformerBlock {
    Checks.positive("transformer_block: heads", heads);
    Checks.positive("transformer_block: units", units);
    Checks.range("transformer_block: dropout", dropout, 0, 1);
    Checks.above("transformer_block: epsilon", epsilon, 0);
  }

  /// A block of GPT-2 without dropout: causal, normalized first, GELU by `tanh`, epsilon 1e-5,
  /// kernels normal with deviation 0.02.
  public static TransformerBlock decoder(int heads, int units) {
    return new TransformerBlock(
        heads, units, true, true, Activation.GELU_TANH, 0, 1e-5, Initializer.normal(0, 0.02));
  }

  /// A block that sees all positions, normalized first: GELU, epsilon 1e-5, kernels normal with
  /// deviation 0.02.
  public static TransformerBlock encoder(int heads, int units) {
    return new TransformerBlock(
        heads, units, false, true, Activation.GELU, 0, 1e-5, Initializer.normal(0, 0.02));
  }

  public TransformerBlock withDropout(double rate) {
    return new TransformerBlock(
        heads, units, causal, normFirst, activation, rate, epsilon, kernelInitializer);
  }

  public TransformerBlock withActivation(Activation function) {
    return new TransformerBlock(
        heads, units, causal, normFirst, function, dropout, epsilon, kernelInitializer);
  }

  /// This block with the normalizations after the sums.
  public TransformerBlock withNormLast() {
    return new TransformerBlock(
        heads, units, causal, false, activation, dropout, epsilon, kernelInitializer);
  }

  public TransformerBlock withKernelInitializer(Initializer initializer) {
    return new TransformerBlock(
        heads, units, causal, normFirst, activation, dropout, epsilon, initializer);
  }

  @Override
  public String kind() {
    return "transformer_block";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("heads", heads)
        .with("units", units)
        .with("causal", causal)
        .with("norm_first", normFirst)
        .with("activation", activation.text())
        .with("dropout", dropout)
        .with("epsilon", epsilon)
        .with("kernel_initializer", kernelInitializer);
  }

  /// Reads what [#settings] gave.
  public static TransformerBlock read(Fields f) throws IOException {
    return new TransformerBlock(
        f.integer("heads"),
        f.integer("units"),
        f.flag("causal"),
        f.flag("norm_first"),
        f.constant("activation", Activation.values()),
        f.number("dropout"),
        f.number("epsilon"),
        f.initializer("kernel_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    var attention = new MultiHeadAttention(heads, causal, true, kernelInitializer);
    var network = new FeedForward(units, activation, kernelInitializer);
    var attended = around(scope, "attention", attention, x);
    return around(scope, "feed_forward", network, attended);
  }

  /// A layer with its normalization, dropout and residual connection.
  private Value around(Scope scope, String name, Layer layer, Value x) {
    var norm = new LayerNorm(epsilon);
    var normScope = scope.child(name + "_norm");
    var y = layer.apply(scope.child(name), normFirst ? norm.apply(normScope, x) : x);
    var sum = x.add(new Dropout(dropout).apply(scope.child(name + "_dropout"), y));
    return normFirst ? sum : norm.apply(normScope, sum);
  }
}
