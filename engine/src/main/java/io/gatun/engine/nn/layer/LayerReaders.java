package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Block;
import io.gatun.engine.nn.Parts;
import java.util.Map;

/// How files' layers of this package are read.
public final class LayerReaders {
  private LayerReaders() {}

  /// A reader for each kind.
  public static Map<String, Parts.Reader<? extends Block>> layers() {
    return Map.ofEntries(
        Map.entry("activation", f -> f.constant("function", Activation.values())),
        Map.entry("average_pool2d", AveragePool2D::read),
        Map.entry("batch_norm", BatchNorm::read),
        Map.entry("bidirectional", Bidirectional::read),
        Map.entry("conv2d", Conv2D::read),
        Map.entry("cross_attention", CrossAttention::read),
        Map.entry("dense", Dense::read),
        Map.entry("dropout", f -> new Dropout(f.number("rate"))),
        Map.entry("embedding", Embedding::read),
        Map.entry("feed_forward", FeedForward::read),
        Map.entry("flatten", _ -> new Flatten()),
        Map.entry("group_norm", f -> new GroupNorm(f.integer("groups"), f.number("epsilon"))),
        Map.entry("gru", GRU::read),
        Map.entry("layer_norm", f -> new LayerNorm(f.number("epsilon"))),
        Map.entry("lstm", LSTM::read),
        Map.entry("max_pool2d", MaxPool2D::read),
        Map.entry("multi_head_attention", MultiHeadAttention::read),
        Map.entry("positional_embedding", PositionalEmbedding::read),
        Map.entry("rescaling", f -> new Rescaling(f.number("factor"), f.number("offset"))),
        Map.entry("rms_norm", f -> new RmsNorm(f.number("epsilon"))),
        Map.entry("simple_rnn", SimpleRNN::read),
        Map.entry("transformer_block", TransformerBlock::read));
  }
}
