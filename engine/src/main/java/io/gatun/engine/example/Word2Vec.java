package io.gatun.engine.example;

import static java.util.stream.Collectors.joining;

import io.gatun.engine.cli.Console;
import io.gatun.engine.data.Corpus;
import io.gatun.engine.data.Pca;
import io.gatun.engine.data.text.SkipGram;
import io.gatun.engine.data.text.SkipGramOptions;
import io.gatun.engine.data.text.Tokenizer;
import io.gatun.engine.data.text.WordVectors;
import io.gatun.engine.data.text.WordVocabulary;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Functional;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Symbol;
import io.gatun.engine.nn.layer.Dot;
import io.gatun.engine.nn.layer.Embedding;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.optimizer.PolynomialDecay;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.plot.Picture;
import io.gatun.engine.plot.ScatterPicture;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Vectors of words by skip-gram with negative sampling (Mikolov, Sutskever, Chen, Corrado and Dean
/// 2013, "Distributed representations of words and phrases"): the vector of a word and the context
/// vector of a word that stands near it learn to have a large dot product, and those of random
/// words a small one. Words that are used alike end up near each other.
@Command(
    name = "word2vec",
    description = {
      "Learns vectors of words from a text, and prints which words are near each other.",
      "",
      "Skip-gram with negative sampling on Moby-Dick or a text of yours. Writes vectors.txt in the"
          + " format of word2vec. Goal on Moby-Dick: of all words less than 5 % are nearer to day"
          + " than night is, to ship than boat, and so on, in the mean over 20 such pairs."
          + " Takes less than a minute on 2 cores.",
      ""
    },
    footer = {
      "  gatun train word2vec",
      "  gatun train word2vec --words whale,captain,sea",
      "  gatun train word2vec --text novel.txt --epochs 10",
      ""
    })
public final class Word2Vec extends Example {
  private static final int BATCH = 256;
  private static final int LEAST_COUNT = 5;
  private static final int NEAREST = 8;
  private static final int NEGATIVES = 5;
  private static final int SIZE = 64;
  private static final int DRAWN = 150;

  /// For the sum over the candidates of one pair; word2vec's own is 0.025, for longer texts.
  private static final double RATE = 0.1;

  private static final List<String> WORDS =
      List.of("whale", "ship", "captain", "sea", "white", "queequeg", "harpoon", "night");

  @Option(names = "--text", paramLabel = "FILE", description = "Text to learn from, in UTF-8.")
  private Path file;

  @Option(
      names = "--words",
      paramLabel = "WORD",
      split = ",",
      description = "Words whose neighbours are printed.")
  private List<String> words;

  public Word2Vec(Console console) {
    super(console);
  }

  /// Of a center and its candidates the logits that each stands near it: the dot products of the
  /// center's vector and the context vectors of the candidates.
  private static Functional network(int words) {
    var center = Symbol.input("center", TensorType.of(DType.I32));
    var candidates = Symbol.input("candidates", TensorType.of(DType.I32, 1 + NEGATIVES));
    var vectors =
        Embedding.of(words, SIZE)
            .withInitializer(Initializer.uniform(-0.5 / SIZE, 0.5 / SIZE))
            .named("words");
    var contexts = Embedding.of(words, SIZE).withInitializer(Initializer.zeros()).named("contexts");
    var dots = Symbol.of(new Dot(false), center.then(vectors), candidates.then(contexts));
    return Functional.of(List.of(center, candidates), List.of(dots));
  }

  @Override
  protected void train(Session session, Report report) throws IOException {
    var text = text(session);
    var vocabulary = WordVocabulary.of(text, LEAST_COUNT);
    session.say(
        "%,d words, %,d different ones at least %d times",
        text.size(), vocabulary.size(), LEAST_COUNT);
    var options = SkipGramOptions.defaults().withNegatives(NEGATIVES).withSeed(session.seed());
    var skipGram = SkipGram.of(vocabulary.encode(text), vocabulary, options);
    int epochs = session.epochs(10, 5) * skipGram.parts();
    // Drawn like those that are learnt from, and never learnt from.
    var unseen = pairs(skipGram, epochs, session.arena());
    // The loss is a mean over batch and candidates, of which the descent takes the sum.
    var optimizer = Sgd.of(RATE * BATCH * (1 + NEGATIVES));
    var compilation =
        Compilation.of(optimizer, new BinaryCrossEntropy(true))
            .withSchedule(
                PolynomialDecay.linear(epochs * Math.ceilDiv(unseen.size(), BATCH), 1e-4));
    try (var model = session.model(network(vocabulary.size()), compilation)) {
      EpochData data = (part, arena) -> pairs(skipGram, part, arena);
      session.fit(model, data, FitOptions.untilEpoch(epochs).withBatchSize(BATCH));
      session.save(model);
      var table = model.variable("words/embeddings");
      var vectors = WordVectors.of(vocabulary, table.data().toArray(ValueLayout.JAVA_FLOAT));
      vectors.save(session.file("vectors.txt"));
      session.picture("words", picture(Column.of(table), vocabulary, session.arena()));
      sayNeighbours(session, vectors);
      double loss = model.evaluate(unseen).loss();
      double byFrequency = FrequencyLoss.of(unseen, vocabulary.size());
      report.figure("loss", loss);
      report.figure("loss of frequencies alone", byFrequency);
      double bound = file == null ? 0.9 : 1;
      report.atMost("loss by that of frequencies", loss / byFrequency, bound, 1);
      if (file == null) {
        report.atLeast("nearness of related words", RelatedWords.nearness(vectors), 0.95, 0.7);
      }
    }
  }

  /// The words of the text; of Moby-Dick two fifths for a quick run.
  private List<String> text(Session session) throws IOException {
    var text = Corpus.load(Optional.ofNullable(file), session.warnings()::println);
    var words = Tokenizer.words().tokens(text);
    return file == null ? words.subList(0, words.size() * session.choose(5, 2) / 5) : words;
  }

  /// The pairs of a part of an epoch, in whole batches.
  private static Dataset pairs(SkipGram skipGram, int part, Arena arena) {
    var pairs = skipGram.part(part / skipGram.parts(), part % skipGram.parts(), arena);
    int rest = pairs.size() < BATCH ? 0 : pairs.size() % BATCH;
    return pairs.slice(0, pairs.size() - rest);
  }

  /// The most frequent words in the plane in which their vectors differ most.
  private static Picture picture(Column vectors, WordVocabulary vocabulary, Arena arena) {
    int count = Math.min(vocabulary.size(), DRAWN);
    var frequent = vectors.slice(0, count);
    var plane = Pca.fit(frequent, 2).transform(frequent, arena);
    double[] point = new double[2];
    var x = new ArrayList<Double>();
    var y = new ArrayList<Double>();
    var texts = new ArrayList<String>();
    for (int id = 0; id < count; id++) {
      plane.read(id, point);
      x.add(point[0]);
      y.add(point[1]);
      texts.add(vocabulary.word(id));
    }
    var points = new ScatterPicture.Points("words", x, y, texts);
    var title = "the %d most frequent words".formatted(count);
    return new ScatterPicture(title, "", "", List.of(points), List.of());
  }

  private void sayNeighbours(Session session, WordVectors vectors) {
    var wanted = words == null ? WORDS.stream().filter(vectors::has).toList() : words;
    for (var word : wanted) {
      if (!vectors.has(word)) {
        session.say("%s: not %d times in the text", word, LEAST_COUNT);
        continue;
      }
      var nearest =
          vectors.nearest(word, NEAREST).stream()
              .map(each -> String.format(Locale.ROOT, "%s %.2f", each.word(), each.cosine()))
              .collect(joining(", "));
      session.say("%s: %s", word, nearest);
    }
  }
}
