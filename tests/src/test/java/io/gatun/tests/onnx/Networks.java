package io.gatun.tests.onnx;

import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.AveragePool2D;
import io.gatun.engine.nn.layer.BatchNorm;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Conv2DTranspose;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.layer.GRU;
import io.gatun.engine.nn.layer.LSTM;
import io.gatun.engine.nn.layer.LayerNorm;
import io.gatun.engine.nn.layer.MaxPool2D;
import io.gatun.engine.nn.layer.PositionalEmbedding;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;

/// Small networks of every kind of layer that is exported.
final class Networks {
  private Networks() {}

  static Sequential of(String name) {
    return switch (name) {
      case "mlp" ->
          Sequential.of(
              Shape.of(4, 5),
              new Flatten(),
              Dense.of(8, Activation.RELU),
              Dense.of(8, Activation.GELU),
              Dense.of(8, Activation.SILU),
              Dense.of(3, Activation.SOFTMAX));
      case "cnn" ->
          Sequential.of(
              Shape.of(9, 9, 2),
              Conv2D.of(4, 3, Activation.RELU),
              BatchNorm.of(),
              MaxPool2D.of(2),
              Conv2DTranspose.of(3, 3, Activation.TANH),
              AveragePool2D.of(2),
              new Flatten(),
              Dense.of(3));
      case "lstm" ->
          Sequential.of(Shape.of(6, 3), LSTM.of(4).withSequences(), GRU.of(5), Dense.of(2));
      default ->
          Sequential.of(
              TensorType.of(DType.I32, 6),
              Embedding.of(11, 8),
              PositionalEmbedding.of(6),
              TransformerBlock.decoder(2, 16),
              TransformerBlock.encoder(2, 16),
              LayerNorm.of(),
              Dense.of(11));
    };
  }
}
