package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.BatchNorm;
import io.gatun.engine.nn.layer.Bidirectional;
import io.gatun.engine.nn.layer.CrossAttention;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.FeedForward;
import io.gatun.engine.nn.layer.GRU;
import io.gatun.engine.nn.layer.GroupNorm;
import io.gatun.engine.nn.layer.LSTM;
import io.gatun.engine.nn.layer.LayerNorm;
import io.gatun.engine.nn.layer.MultiHeadAttention;
import io.gatun.engine.nn.layer.PositionalEmbedding;
import io.gatun.engine.nn.layer.RmsNorm;
import io.gatun.engine.nn.layer.SimpleRNN;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A layer as the fixture of this name has it.
record LayerCase(String name, Block block) {
  private static LayerCase of(String name, Block block) {
    return new LayerCase(name, block);
  }

  /// The layers that `make_layer_fixtures.py` has figures for.
  static List<LayerCase> withFixtures() {
    var batchNorm = new BatchNorm(0.9, 1e-3, true, true);
    var rnn = SimpleRNN.of(3);
    var lstm = LSTM.of(3);
    var gru = GRU.of(3);
    var plainNorm = new BatchNorm(0.5, 0.01, false, false);
    return List.of(
        of("batch_norm_1d", batchNorm),
        of("batch_norm_1d_inference", batchNorm),
        of("batch_norm_1d_plain", plainNorm),
        of("batch_norm_2d", batchNorm),
        of("batch_norm_2d_inference", batchNorm),
        of("batch_norm_2d_plain", plainNorm),
        of("bidirectional", new Bidirectional(gru.withSequences())),
        of("cross_attention", CrossAttention.of(2)),
        of("embedding", Embedding.of(5, 3)),
        of("feed_forward", FeedForward.of(7, Activation.SILU)),
        of("group_norm", GroupNorm.of(3)),
        of("gru_backwards", gru.withSequences().backwards()),
        of("gru_last", gru),
        of("gru_sequences", gru.withSequences()),
        of("gru_unrolled", gru.withSequences().backwards().unrolled()),
        of("layer_norm", LayerNorm.of()),
        of("lstm_backwards", lstm.withSequences().backwards()),
        of("lstm_last", lstm),
        of("lstm_sequences", lstm.withSequences()),
        of("lstm_unrolled", lstm.withSequences().backwards().unrolled()),
        of("multi_head_attention", MultiHeadAttention.of(2)),
        of("multi_head_attention_causal", MultiHeadAttention.causal(2)),
        of("positional_embedding", PositionalEmbedding.of(5)),
        of("rms_norm", RmsNorm.of()),
        of("simple_rnn_backwards", rnn.withSequences().backwards()),
        of("simple_rnn_last", rnn),
        of("simple_rnn_sequences", rnn.withSequences()),
        of("simple_rnn_unrolled", rnn.withSequences().backwards().unrolled()),
        of("transformer_decoder", TransformerBlock.decoder(2, 10)),
        of("transformer_encoder_norm_last", TransformerBlock.encoder(3, 10).withNormLast()));
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
