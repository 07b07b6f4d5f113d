package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Add;
import io.gatun.engine.nn.layer.Average;
import io.gatun.engine.nn.layer.AveragePool1D;
import io.gatun.engine.nn.layer.AveragePool2D;
import io.gatun.engine.nn.layer.BatchNorm;
import io.gatun.engine.nn.layer.Bidirectional;
import io.gatun.engine.nn.layer.Concatenate;
import io.gatun.engine.nn.layer.Conv1D;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Conv2DTranspose;
import io.gatun.engine.nn.layer.CrossAttention;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Dot;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.FeedForward;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.layer.GRU;
import io.gatun.engine.nn.layer.GlobalAveragePool2D;
import io.gatun.engine.nn.layer.GlobalMaxPool2D;
import io.gatun.engine.nn.layer.GroupNorm;
import io.gatun.engine.nn.layer.LSTM;
import io.gatun.engine.nn.layer.LayerNorm;
import io.gatun.engine.nn.layer.LeakyRelu;
import io.gatun.engine.nn.layer.MaxPool1D;
import io.gatun.engine.nn.layer.MaxPool2D;
import io.gatun.engine.nn.layer.Maximum;
import io.gatun.engine.nn.layer.Minimum;
import io.gatun.engine.nn.layer.MultiHeadAttention;
import io.gatun.engine.nn.layer.Multiply;
import io.gatun.engine.nn.layer.PRelu;
import io.gatun.engine.nn.layer.Padding;
import io.gatun.engine.nn.layer.Permute;
import io.gatun.engine.nn.layer.PositionalEmbedding;
import io.gatun.engine.nn.layer.Recurrent;
import io.gatun.engine.nn.layer.Rescaling;
import io.gatun.engine.nn.layer.Reshape;
import io.gatun.engine.nn.layer.RmsNorm;
import io.gatun.engine.nn.layer.SimpleRNN;
import io.gatun.engine.nn.layer.Subtract;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.engine.nn.layer.UpSampling2D;
import io.gatun.engine.nn.layer.ZeroPadding2D;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A layer as the fixture of this name has it.
record LayerCase(String name, Block block) {
  private static final List<Integer> ONE = List.of(1, 1);

  private static LayerCase of(String name, Block block) {
    return new LayerCase(name, block);
  }

  /// The layers that `make_layer_fixtures.py` has figures for.
  static List<LayerCase> withFixtures() {
    return Stream.of(normalizations(), sequences(), recurrents(), images(), others(), blocks())
        .flatMap(List::stream)
        .toList();
  }

  private static List<LayerCase> normalizations() {
    var batchNorm = new BatchNorm(0.9, 1e-3, true, true);
    var plainNorm = new BatchNorm(0.5, 0.01, false, false);
    return List.of(
        of("batch_norm_1d", batchNorm),
        of("batch_norm_1d_inference", batchNorm),
        of("batch_norm_1d_plain", plainNorm),
        of("batch_norm_2d", batchNorm),
        of("batch_norm_2d_inference", batchNorm),
        of("batch_norm_2d_plain", plainNorm),
        of("group_norm", GroupNorm.of(3)),
        of("layer_norm", LayerNorm.of()),
        of("rms_norm", RmsNorm.of()));
  }

  private static List<LayerCase> sequences() {
    return List.of(
        of("cross_attention", CrossAttention.of(2)),
        of("embedding", Embedding.of(5, 3)),
        of("feed_forward", FeedForward.of(7, Activation.SILU)),
        of("multi_head_attention", MultiHeadAttention.of(2)),
        of("multi_head_attention_causal", MultiHeadAttention.causal(2)),
        of("positional_embedding", PositionalEmbedding.of(5)),
        of("transformer_decoder", TransformerBlock.decoder(2, 10)),
        of("transformer_encoder_norm_last", TransformerBlock.encoder(3, 10).withNormLast()));
  }

  private static List<LayerCase> recurrents() {
    var cases = new ArrayList<LayerCase>();
    for (Recurrent<?> layer : List.of(SimpleRNN.of(3), LSTM.of(3), GRU.of(3))) {
      var all = layer.withSequences();
      cases.add(of(layer.kind() + "_last", layer));
      cases.add(of(layer.kind() + "_sequences", all));
      cases.add(of(layer.kind() + "_backwards", all.backwards()));
      cases.add(of(layer.kind() + "_unrolled", all.backwards().unrolled()));
    }
    cases.add(of("bidirectional", new Bidirectional(GRU.of(3).withSequences())));
    return cases;
  }

  private static List<LayerCase> images() {
    var linear = Activation.LINEAR;
    var zeros = Initializer.zeros();
    var glorot = Initializer.glorotUniform();
    var valid = Padding.VALID;
    var conv1d = new Conv1D(4, 3, 2, 1, 2, valid, linear, true, glorot, zeros);
    var conv2d =
        new Conv2D(
            4, List.of(2, 3), List.of(1, 2), List.of(2, 1), 2, valid, linear, true, glorot, zeros);
    return List.of(
        of("conv1d", conv1d),
        of("conv1d_same", Conv1D.of(2, 3, Activation.RELU).withPadding(Padding.SAME)),
        of("conv2d", new Conv2D(3, List.of(3, 2), ONE, ONE, 1, valid, linear, true, glorot, zeros)),
        of("conv2d_settings", conv2d),
        of("conv2d_transpose", transposed(3, 2, 2, 2, valid)),
        of("conv2d_transpose_sparse", transposed(1, 2, 2, 1, valid)),
        of("conv2d_transpose_same", transposed(3, 4, 2, 2, Padding.SAME)),
        of("average_pool1d", new AveragePool1D(3, 2, valid)),
        of("max_pool1d", new MaxPool1D(3, 2, Padding.SAME)),
        of("average_pool2d", AveragePool2D.of(2)),
        of("max_pool2d", MaxPool2D.of(2)),
        of("global_average_pool2d", new GlobalAveragePool2D()),
        of("global_max_pool2d", new GlobalMaxPool2D()),
        of("up_sampling2d", new UpSampling2D(List.of(2, 3))),
        of("zero_padding2d", new ZeroPadding2D(1, 2, 3, 0)));
  }

  private static Conv2DTranspose transposed(
      int height, int width, int down, int right, Padding padding) {
    return new Conv2DTranspose(
        2,
        List.of(height, width),
        List.of(down, right),
        padding,
        Activation.LINEAR,
        true,
        Initializer.glorotUniform(),
        Initializer.zeros());
  }

  private static List<LayerCase> others() {
    return List.of(
        of("dense", Dense.of(3, Activation.TANH)),
        of("flatten", new Flatten()),
        of("leaky_relu", new LeakyRelu(0.3)),
        of("permute", Permute.of(3, 1, 2)),
        of("prelu", PRelu.of()),
        of("rescaling", new Rescaling(0.5, -1)),
        of("reshape", Reshape.of(2, -1)));
  }

  private static List<LayerCase> blocks() {
    return List.of(
        of("add", new Add()),
        of("average", new Average()),
        of("concatenate", new Concatenate(1)),
        of("dot_columns", new Dot(false)),
        of("dot_cosines", new Dot(true)),
        of("dot_rows", new Dot(false)),
        of("dot_vectors", new Dot(false)),
        of("maximum", new Maximum()),
        of("minimum", new Minimum()),
        of("multiply", new Multiply()),
        of("subtract", new Subtract()));
  }

  /// The figures.
  JsonNode fixture() {
    try (var in = LayerCase.class.getResourceAsStream("/nn/layers.json")) {
      return new ObjectMapper().readTree(in).path(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A tensor of a fixture.
  static NdArray array(JsonNode tensor) {
    int[] dims = new int[tensor.path("shape").size()];
    for (int i = 0; i < dims.length; i++) dims[i] = tensor.path("shape").path(i).intValue();
    boolean integers = tensor.path("data").path(0).isInt();
    var type = new TensorType(integers ? DType.I32 : DType.F32, Shape.of(dims));
    return NdArray.of(type, Fixtures.doubles(tensor.path("data")));
  }

  /// Types of a batch of each operand.
  List<TensorType> operands() {
    var types = new ArrayList<TensorType>();
    fixture().path("operands").forEach(operand -> types.add(array(operand).type()));
    return types;
  }

  Tracing.Mode mode() {
    return name.endsWith("_inference") ? Tracing.Mode.EVALUATE : Tracing.Mode.TRAIN;
  }

  @Override
  public String toString() {
    return name;
  }
}
