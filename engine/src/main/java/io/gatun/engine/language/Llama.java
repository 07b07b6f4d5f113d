package io.gatun.engine.language;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/// The decoder of Llama (Touvron et al. 2023): blocks of attention and of a gated network, each on
/// normalized input and added to it:
///
/// ```text
/// x = x + Wo attention(rope(Wq n), rope(Wk n), Wv n)     n = rmsNorm(x)
/// x = x + W2 (silu(W1 n) * W3 n)                         n = rmsNorm(x)
/// ```
///
/// Matrices lie as `[outputs, inputs]`.
///
/// @param embedding `[vocabulary, size]`
/// @param norm the last normalization, `[size]`
/// @param classifier `[vocabulary, size]`; often the embedding itself
public record Llama(
    LlamaShape shape, Literal embedding, List<Block> blocks, Literal norm, Literal classifier)
    implements Decoder {
  private static final double EPSILON = 1e-5;

  /// The weights of a block: those of its attention, then those of its gated network.
  ///
  /// @param w1 the gate
  /// @param w2 back from the hidden units
  /// @param w3 what is gated
  public record Block(
      Literal attentionNorm,
      Literal wq,
      Literal wk,
      Literal wv,
      Literal wo,
      Literal networkNorm,
      Literal w1,
      Literal w2,
      Literal w3) {}

  public Llama {
    blocks = List.copyOf(blocks);
  }

  @Override
  public int vocabulary() {
    return shape.vocabulary();
  }

  @Override
  public int context() {
    return shape.context();
  }

  @Override
  public Value next(Step step) {
    var x = Nn.embedding(step.constant(embedding), step.ids());
    for (Block block : blocks) {
      var normalized = norm(step, x, block.attentionNorm());
      var q = rope(step, heads(product(step, normalized, block.wq())));
      var k = rope(step, heads(product(step, normalized, block.wk())));
      var v = heads(product(step, normalized, block.wv()));
      // Nothing asks for what the last block makes of the tokens before.
      if (block == blocks.getLast()) {
        q = step.last(q);
        x = step.last(x);
      }
      x = x.add(product(step, step.attend(q, k, v), block.wo()));
      x = x.add(network(step, block, norm(step, x, block.networkNorm())));
    }
    return product(step, norm(step, x, norm), classifier);
  }

  private static Value network(Step step, Block block, Value x) {
    var gate = Nn.silu(product(step, x, block.w1()));
    return product(step, gate.mul(product(step, x, block.w3())), block.w2());
  }

  private Value heads(Value x) {
    return x.reshape(x.dim(0), -1, shape.headSize());
  }

  /// Turns pair `i` of each head of `x[tokens, heads, size]`, its elements `2i` and `2i + 1`, by
  /// `position / 10000^(2i / size)` (Su et al., "RoFormer", 2021).
  private Value rope(Step step, Value x) {
    int size = x.dim(2);
    double[] speeds =
        IntStream.range(0, size / 2).mapToDouble(i -> Math.pow(10000, -2.0 * i / size)).toArray();
    var speed = step.constant(Literal.of(TensorType.f32(size / 2), speeds));
    var angle = step.positions().cast(x.dtype()).reshape(-1, 1, 1).mul(speed);
    var pairs = x.reshape(x.dim(0), x.dim(1), size / 2, 2);
    var a = pairs.index(3, 0);
    var b = pairs.index(3, 1);
    var turned =
        Value.stack(
            3,
            a.mul(angle.cos()).sub(b.mul(angle.sin())),
            a.mul(angle.sin()).add(b.mul(angle.cos())));
    return turned.reshape(x.shape());
  }

  private static Value norm(Step step, Value x, Literal gamma) {
    return Nn.rmsNorm(x, step.constant(gamma), EPSILON);
  }

  private static Value product(Step step, Value x, Literal w) {
    return x.apply(new MatMul(false, true), step.constant(w));
  }
}
