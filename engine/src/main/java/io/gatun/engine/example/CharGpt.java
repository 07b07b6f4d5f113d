package io.gatun.engine.example;

import io.gatun.engine.cli.Console;
import io.gatun.engine.data.text.TextWindows;
import io.gatun.engine.nn.Clipping;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.LayerNorm;
import io.gatun.engine.nn.layer.PositionalEmbedding;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.AdamW;
import io.gatun.engine.nn.optimizer.Decayed;
import io.gatun.engine.nn.optimizer.OneCycle;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A small GPT over characters: learns to say the next character of a text, and writes text.
@Command(
    name = "char-gpt",
    description = {
      "Trains a small Transformer to write text, character by character.",
      "",
      "Four blocks of GPT-2's kind with 128 features and 4 heads see 64 characters. The text is"
          + " Moby-Dick or one of yours; its last tenth is held out.",
      ""
    },
    footer = {
      "  gatun train char-gpt",
      "  gatun train char-gpt --text shakespeare.txt --epochs 5",
      "  gatun train char-gpt --quick",
      ""
    })
public final class CharGpt extends Example {
  private static final int BATCH = 32;
  private static final int WINDOW = 64;
  private static final int FEATURES = 128;
  private static final int HEADS = 4;

  @Option(names = "--text", paramLabel = "FILE", description = "Text to learn, in UTF-8.")
  private Path text;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.8",
      description = "Of the samples: below 1 the likely is preferred.")
  private double temperature;

  public CharGpt(Console console) {
    super(console);
  }

  private static Sequential network(int characters, int blocks) {
    var layers = new ArrayList<Layer>();
    layers.add(Embedding.of(characters, FEATURES));
    layers.add(PositionalEmbedding.of(WINDOW));
    for (int i = 0; i < blocks; i++) layers.add(TransformerBlock.decoder(HEADS, 4 * FEATURES));
    layers.add(LayerNorm.of());
    layers.add(Dense.of(characters));
    return Sequential.of(TensorType.of(DType.I32, WINDOW), layers);
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    check(temperature > 0, "--temperature: " + temperature + " is not above 0");
    var characters = Characters.load(session, Optional.ofNullable(text));
    var training =
        Characters.wholeBatches(
            TextWindows.strided(characters.training(), WINDOW, WINDOW, session.arena()), BATCH);
    var heldOut =
        Characters.wholeBatches(
            TextWindows.strided(characters.heldOut(), WINDOW, WINDOW, session.arena()), BATCH);
    int epochs = session.epochs(3, 2);
    var compilation =
        Compilation.of(
                AdamW.of(0.002).withWeightDecay(0.1, Decayed.MATRICES),
                new SparseCategoricalCrossEntropy(true))
            .withSchedule(OneCycle.of(epochs * training.size() / BATCH))
            .withClipping(new Clipping.ByGlobalNorm(1));
    var network = network(characters.vocabulary().size(), session.choose(4, 2));
    try (var model = session.model(network, compilation)) {
      var writer = characters.writer(session, model, WINDOW, temperature);
      var options = FitOptions.untilEpoch(epochs).withBatchSize(BATCH).withCallback(writer);
      session.fit(model, training, options);
      session.save(model);
      characters.show(session, model, WINDOW, temperature);
      report.atMost("held-out loss", model.evaluate(heldOut, BATCH).loss(), 1.7, 3);
    }
  }
}
