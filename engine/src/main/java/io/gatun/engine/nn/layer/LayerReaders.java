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
        Map.entry("add", _ -> new Add()),
        Map.entry("average", _ -> new Average()),
        Map.entry("average_pool1d", AveragePool1D::read),
        Map.entry("average_pool2d", AveragePool2D::read),
        Map.entry("batch_norm", BatchNorm::read),
        Map.entry("bidirectional", Bidirectional::read),
        Map.entry("concatenate", f -> new Concatenate(f.integer("axis"))),
        Map.entry("conv1d", Conv1D::read),
        Map.entry("conv2d", Conv2D::read),
        Map.entry("conv2d_transpose", Conv2DTranspose::read),
        Map.entry("cross_attention", CrossAttention::read),
        Map.entry("dense", Dense::read),
        Map.entry("dot", f -> new Dot(f.flag("normalize"))),
        Map.entry("dropout", f -> new Dropout(f.number("rate"))),
        Map.entry("embedding", Embedding::read),
        Map.entry("feed_forward", FeedForward::read),
        Map.entry("flatten", _ -> new Flatten()),
        Map.entry("gaussian_noise", f -> new GaussianNoise(f.number("deviation"))),
        Map.entry("global_average_pool2d", _ -> new GlobalAveragePool2D()),
        Map.entry("global_max_pool2d", _ -> new GlobalMaxPool2D()),
        Map.entry("group_norm", f -> new GroupNorm(f.integer("groups"), f.number("epsilon"))),
        Map.entry("gru", GRU::read),
        Map.entry("layer_norm", f -> new LayerNorm(f.number("epsilon"))),
        Map.entry("leaky_relu", f -> new LeakyRelu(f.number("slope"))),
        Map.entry("lstm", LSTM::read),
        Map.entry("max_pool1d", MaxPool1D::read),
        Map.entry("max_pool2d", MaxPool2D::read),
        Map.entry("maximum", _ -> new Maximum()),
        Map.entry("minimum", _ -> new Minimum()),
        Map.entry("multi_head_attention", MultiHeadAttention::read),
        Map.entry("multiply", _ -> new Multiply()),
        Map.entry("permute", Permute::read),
        Map.entry("positional_embedding", PositionalEmbedding::read),
        Map.entry("prelu", PRelu::read),
        Map.entry("rescaling", f -> new Rescaling(f.number("factor"), f.number("offset"))),
        Map.entry("reshape", Reshape::read),
        Map.entry("rms_norm", f -> new RmsNorm(f.number("epsilon"))),
        Map.entry("simple_rnn", SimpleRNN::read),
        Map.entry("spatial_dropout", f -> new SpatialDropout(f.number("rate"))),
        Map.entry("subtract", _ -> new Subtract()),
        Map.entry("transformer_block", TransformerBlock::read),
        Map.entry("up_sampling2d", UpSampling2D::read),
        Map.entry("zero_padding2d", ZeroPadding2D::read));
  }
}
