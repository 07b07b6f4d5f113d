package io.gatun.bench.models;

import io.gatun.bench.Subject;
import io.gatun.engine.Device;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Precision;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.LayerNorm;
import io.gatun.engine.nn.layer.PositionalEmbedding;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.AdamW;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.Learner;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.SplittableRandom;

/// Steps of training a GPT on random tokens as `fit` makes them, shuffled batches from the host's
/// memory; the loss is read after the last.
final class GptTraining implements Subject {
  private static final int VOCABULARY = 8192;
  private static final int HEAD = 64;
  private static final int BATCHES = 4;

  /// @param batch samples of a step
  /// @param tokens of a sample
  /// @param width features of a token, in heads of 64
  record Shape(int batch, int tokens, int width, int layers) {
    String name() {
      return "gpt-%dx%d-%dx%d".formatted(batch, tokens, width, layers);
    }
  }

  private final Tensor ids;
  private final Tensor labels;
  private final Model model;
  private final Learner learner;
  private final Batches batches;
  private final int batch;

  GptTraining(Device device, Shape shape, Precision precision) {
    batch = shape.batch();
    ids = random("ids", shape, 1);
    labels = random("labels", shape, 2);
    model =
        network(shape)
            .compile(
                device,
                Compilation.of(AdamW.of(1e-4), new SparseCategoricalCrossEntropy(true))
                    .withPrecision(precision));
    learner = model.learner();
    batches = Batches.shuffled(Dataset.of(ids, labels), batch, 1, 0, 0, learner.batchMemory());
  }

  private static Sequential network(Shape shape) {
    int width = shape.width();
    var layers = new ArrayList<Layer>();
    layers.add(Embedding.of(VOCABULARY, width));
    layers.add(PositionalEmbedding.of(shape.tokens()));
    for (int i = 0; i < shape.layers(); i++) {
      layers.add(TransformerBlock.decoder(width / HEAD, 4 * width));
    }
    layers.add(LayerNorm.of());
    layers.add(Dense.of(VOCABULARY));
    return Sequential.of(TensorType.of(DType.I32, shape.tokens()), layers);
  }

  private static Tensor random(String name, Shape shape, int seed) {
    var type = TensorType.of(DType.I32, BATCHES * shape.batch(), shape.tokens());
    var tensor = Tensor.allocate(name, type);
    var random = new SplittableRandom(seed);
    for (long i = 0; i < type.size(); i++) {
      tensor.data().setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt(VOCABULARY));
    }
    return tensor;
  }

  @Override
  public long nanos(int runs) {
    long start = System.nanoTime();
    learner.startEpoch((long) runs * batch);
    for (int i = 0; i < runs; i++) learner.train(batches.next());
    double loss = learner.results().loss();
    learner.abandonEpoch();
    if (!Double.isFinite(loss)) throw new IllegalStateException("the loss is " + loss);
    return System.nanoTime() - start;
  }

  @Override
  public void close() {
    batches.close();
    model.close();
    ids.close();
    labels.close();
  }
}
