package io.gatun.engine.language;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// The decoder of GPT-2 (Radford et al. 2019): a token's row and its place's, then blocks of
/// attention and of a network, each on normalized input and added to it:
///
/// ```text
/// x = x + projection(attention(q, k, v))       q, k, v = attention(norm(x))
/// x = x + output(gelu(hidden(norm(x))))
/// ```
///
/// Matrices lie as `[inputs, outputs]`; the rows of the tokens are the classifier, too.
///
/// @param tokens `[vocabulary, size]`
/// @param places `[context, size]`
/// @param norm the last normalization
public record Gpt2(Gpt2Shape shape, Literal tokens, Literal places, List<Block> blocks, Norm norm)
    implements Decoder {
  /// A layer normalization: `[size]` each.
  public record Norm(Literal gamma, Literal beta) {}

  /// A product and a sum: `[inputs, outputs]` and `[outputs]`.
  public record Affine(Literal weight, Literal bias) {}

  /// The weights of a block.
  ///
  /// @param attention from `size` to queries, keys and values, `3 size`
  public record Block(
      Norm attentionNorm,
      Affine attention,
      Affine projection,
      Norm networkNorm,
      Affine hidden,
      Affine output) {}

  /// Where weights come from.
  @FunctionalInterface
  public interface Weights<E extends Exception> {
    /// The weight of this name in GPT-2's checkpoints, as `h.0.attn.c_attn.weight`.
    Literal get(String name, TensorType type) throws E;
  }

  public Gpt2 {
    blocks = List.copyOf(blocks);
  }

  /// A model of these weights.
  public static <E extends Exception> Gpt2 of(Gpt2Shape shape, Weights<E> weights) throws E {
    int size = shape.size();
    var tokens = weights.get("wte.weight", TensorType.f32(shape.vocabulary(), size));
    var places = weights.get("wpe.weight", TensorType.f32(shape.context(), size));
    var blocks = new ArrayList<Block>();
    for (int i = 0; i < shape.layers(); i++) {
      var name = "h." + i + ".";
      blocks.add(
          new Block(
              norm(weights, name + "ln_1", size),
              affine(weights, name + "attn.c_attn", size, 3 * size),
              affine(weights, name + "attn.c_proj", size, size),
              norm(weights, name + "ln_2", size),
              affine(weights, name + "mlp.c_fc", size, 4 * size),
              affine(weights, name + "mlp.c_proj", 4 * size, size)));
    }
    return new Gpt2(shape, tokens, places, blocks, norm(weights, "ln_f", size));
  }

  private static <E extends Exception> Norm norm(Weights<E> weights, String name, int size)
      throws E {
    return new Norm(
        weights.get(name + ".weight", TensorType.f32(size)),
        weights.get(name + ".bias", TensorType.f32(size)));
  }

  private static <E extends Exception> Affine affine(
      Weights<E> weights, String name, int inputs, int outputs) throws E {
    return new Affine(
        weights.get(name + ".weight", TensorType.f32(inputs, outputs)),
        weights.get(name + ".bias", TensorType.f32(outputs)));
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
    var rows = step.constant(tokens);
    var x =
        Nn.embedding(rows, step.ids()).add(Nn.embedding(step.constant(places), step.positions()));
    for (Block block : blocks) {
      var qkv = linear(step, normalized(step, x, block.attentionNorm()), block.attention());
      var q = heads(qkv, 0);
      // Nothing asks for what the last block makes of the tokens before.
      if (block == blocks.getLast()) {
        q = step.last(q);
        x = step.last(x);
      }
      var attended = step.attend(q, heads(qkv, 1), heads(qkv, 2));
      x = x.add(linear(step, attended, block.projection()));
      x = x.add(network(step, block, normalized(step, x, block.networkNorm())));
    }
    return normalized(step, x, norm).apply(new MatMul(false, true), rows);
  }

  private static Value network(Step step, Block block, Value x) {
    return linear(step, Nn.geluTanh(linear(step, x, block.hidden())), block.output());
  }

  /// The queries (0), keys (1) or values (2) by heads.
  private Value heads(Value qkv, int part) {
    int size = shape.size();
    var x = qkv.slice(1, part * size, (part + 1) * size);
    return x.reshape(x.dim(0), shape.heads(), size / shape.heads());
  }

  private Value normalized(Step step, Value x, Norm norm) {
    var gamma = step.constant(norm.gamma());
    return Nn.layerNorm(x, gamma, step.constant(norm.beta()), shape.epsilon());
  }

  private static Value linear(Step step, Value x, Affine affine) {
    return Nn.linear(x, step.constant(affine.weight()), step.constant(affine.bias()));
  }
}
