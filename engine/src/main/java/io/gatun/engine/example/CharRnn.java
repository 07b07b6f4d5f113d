package io.gatun.engine.example;

import io.gatun.engine.cli.Console;
import io.gatun.engine.data.text.TextWindows;
import io.gatun.engine.nn.Clipping;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.layer.GRU;
import io.gatun.engine.nn.layer.LSTM;
import io.gatun.engine.nn.layer.SimpleRNN;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A recurrent network over characters: learns to say the next character of a text, and writes
/// text. The text is cut into as many streams as a batch has rows; the states go on from batch to
/// batch, while gradients end at each (truncated backpropagation through time).
@Command(
    name = "char-rnn",
    description = {
      "Trains a recurrent network to write text, character by character.",
      "",
      "An embedding, a recurrent layer with 256 units (or, in a quick run, 64) and a dense layer"
          + " see 64 characters at a time. The text is Moby-Dick or one of yours; its last tenth is"
          + " held out.",
      ""
    },
    footer = {
      "  gatun train char-rnn",
      "  gatun train char-rnn --cell gru --text shakespeare.txt",
      "  gatun train char-rnn --quick",
      ""
    })
public final class CharRnn extends Example {
  private static final int WINDOW = 64;

  /// What remembers.
  enum Cell {
    RNN,
    LSTM,
    GRU
  }

  @Option(
      names = "--cell",
      paramLabel = "CELL",
      defaultValue = "lstm",
      description = "Recurrent layer: rnn, lstm or gru.")
  private Cell cell;

  @Option(names = "--text", paramLabel = "FILE", description = "Text to learn, in UTF-8.")
  private Path text;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.7",
      description = "Of the samples: below 1 the likely is preferred.")
  private double temperature;

  public CharRnn(Console console) {
    super(console);
  }

  private Layer recurrent(int units, int batch) {
    return switch (cell) {
      case RNN -> SimpleRNN.of(units).withSequences().withState(batch);
      case LSTM -> LSTM.of(units).withSequences().withState(batch);
      case GRU -> GRU.of(units).withSequences().withState(batch);
    };
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    check(temperature > 0, "--temperature: " + temperature + " is not above 0");
    var characters = Characters.load(session, Optional.ofNullable(text));
    int batch = session.choose(64, 16);
    var training = TextWindows.streams(characters.training(), WINDOW, batch, session.arena());
    // As many streams as in training: with other batches the states would start with zeros.
    var heldOut = TextWindows.streams(characters.heldOut(), WINDOW, batch, session.arena());
    int size = characters.vocabulary().size();
    var network =
        Sequential.of(
            TensorType.of(DType.I32, WINDOW),
            Embedding.of(size, 64).withInitializer(Initializer.normal(0, 1)),
            recurrent(session.choose(256, 64), batch),
            Dense.of(size));
    var compilation =
        Compilation.of(
                Adam.of(session.quick() ? 0.005 : 0.002), new SparseCategoricalCrossEntropy(true))
            .withClipping(new Clipping.ByGlobalNorm(1));
    try (var model = session.model(network, compilation)) {
      var writer = characters.writer(session, model, WINDOW, temperature);
      var options =
          FitOptions.untilEpoch(session.epochs(5, 3))
              .withBatchSize(batch)
              .withShuffle(false)
              .withCallback(writer);
      session.fit(model, training, options);
      session.save(model);
      characters.show(session, model, WINDOW, temperature);
      report.figure("cell", cell.name().toLowerCase(Locale.ROOT));
      report.atMost("held-out loss", model.evaluate(heldOut, batch).loss(), 1.7, 3);
    }
  }
}
