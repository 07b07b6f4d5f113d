package io.gatun.engine.example;

import io.gatun.engine.data.Corpus;
import io.gatun.engine.data.text.CharacterVocabulary;
import io.gatun.engine.nn.Model;
import io.gatun.engine.train.Callback;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.LambdaCallback;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/// A text as character models see it: ids to train on, ids held out, and the way back to text.
///
/// @param training the first nine tenths
/// @param heldOut the last tenth
record Characters(CharacterVocabulary vocabulary, int[] training, int[] heldOut) {
  private static final int QUICK = 60_000;
  private static final String START = "The ";

  /// The corpus of the session; for a quick run its beginning.
  static Characters load(Session session, Optional<Path> file) throws IOException {
    var whole = Corpus.load(file, session.warnings()::println);
    var text = session.quick() ? whole.substring(0, Math.min(QUICK, whole.length())) : whole;
    var vocabulary = CharacterVocabulary.of(text);
    int[] ids = vocabulary.encode(text);
    int from = ids.length / 10 * 9;
    session.say("%,d characters, %d different ones", ids.length, vocabulary.size());
    return new Characters(
        vocabulary, Arrays.copyOf(ids, from), Arrays.copyOfRange(ids, from, ids.length));
  }

  /// As many windows as fill whole batches.
  static Dataset wholeBatches(Dataset windows, int batch) {
    return windows.slice(0, windows.size() / batch * batch);
  }

  /// Tells a piece of the model's text after each epoch.
  Callback writer(Session session, Model model, int window, double temperature) {
    return LambdaCallback.onEpochEnded(
        (epoch, _) ->
            session.say("%s", write(model, START, 120, window, temperature, epoch.number())));
  }

  /// Tells a longer piece of the model's text.
  void show(Session session, Model model, int window, double temperature) {
    session.say("%n%s%n", write(model, START, 400, window, temperature, 0));
  }

  /// Text that a model writes, a character at a time: each is drawn from the probabilities `softmax
  /// (logits / temperature)` that the model gives after the last `window` characters.
  ///
  /// @param model from ids `i32[n,window]` to logits `f32[n,window,characters]`, each position
  ///     seeing earlier ones only
  String write(Model model, String prompt, int count, int window, double temperature, long seed) {
    var random = new SplittableRandom(seed);
    int[] known = vocabulary.encode(prompt);
    int[] ids = Arrays.copyOf(known, known.length + count);
    try (var arena = Arena.ofConfined()) {
      var data = arena.allocate(ValueLayout.JAVA_INT, window);
      var input = Column.of("ids", Literal.of(TensorType.of(DType.I32, 1, window), data));
      for (int end = known.length; end < ids.length; end++) {
        int from = Math.max(0, end - window);
        for (int i = from; i < end; i++) data.setAtIndex(ValueLayout.JAVA_INT, i - from, ids[i]);
        try (var logits = model.predict(input, 1)) {
          int row = (end - from - 1) * vocabulary.size();
          ids[end] = draw(logits.toFloats(), row, temperature, random);
        }
      }
    }
    return vocabulary.decode(ids);
  }

  private int draw(float[] logits, int row, double temperature, SplittableRandom random) {
    int size = vocabulary.size();
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) greatest = Math.max(greatest, logits[row + i]);
    double[] sums = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sums[i] = sum += Math.exp((logits[row + i] - greatest) / temperature);
    }
    double drawn = random.nextDouble(sum);
    int id = 0;
    while (id < size - 1 && sums[id] <= drawn) id++;
    return id;
  }
}
