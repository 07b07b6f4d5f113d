package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.MalformedFileException;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Turns texts into vectors with a number for each term, large where the term is frequent in the
/// text and rare in the others: `tf * idf`, each vector scaled to length 1. `tf` is how often the
/// term occurs in the text, `idf = ln((1 + texts) / (1 + texts with the term)) + 1` of the texts it
/// was fitted to. Values are those of scikit-learn's `TfidfVectorizer` (smooth idf, norm l2).
public final class TfIdf {
  private static final TermLines LINES =
      new TermLines('\t', "[0-9]{1,3}\\.[0-9]{1,20}(?:E-?[0-9]{1,2})?");

  private final TfIdfOptions options;
  private final List<String> terms;
  private final Map<String, Integer> indices;
  private final double[] idf;

  private TfIdf(TfIdfOptions options, List<String> terms, double[] idf) {
    this.options = options;
    this.terms = terms;
    this.idf = idf;
    indices = HashMap.newHashMap(terms.size());
    for (int i = 0; i < idf.length; i++) indices.put(terms.get(i), i);
  }

  /// A term and its weight in a linear model.
  public record WeightedTerm(String term, float weight) {}

  /// Chooses terms and weighs them by the texts that a model is trained with.
  ///
  /// @throws EngineException if no term is left
  public static TfIdf fit(List<String> texts, TfIdfOptions options) {
    if (texts.isEmpty()) throw new EngineException("TF-IDF: there are no texts to fit to");
    var counter = new TermCounter(options);
    for (String text : texts) counter.add(text);
    var kept = counter.kept();
    double[] idf =
        kept.stream()
            .mapToDouble(each -> Math.log((1.0 + texts.size()) / (1.0 + each.documents())) + 1)
            .toArray();
    return new TfIdf(options, kept.stream().map(TermCounter.Kept::term).toList(), idf);
  }

  /// Writes a line for each term: the term, a tab and its idf, which comes back bit for bit.
  public void save(Path file) throws IOException {
    var lines = new LinkedHashMap<String, String>();
    for (int i = 0; i < idf.length; i++) lines.put(terms.get(i), Double.toString(idf[i]));
    LINES.write(file, lines);
  }

  /// Reads what [#save] wrote.
  ///
  /// @param options those it was fitted with; of these only what is counted and how matters now
  /// @throws MalformedFileException if it is something else, naming the line
  public static TfIdf load(Path file, TfIdfOptions options) throws IOException {
    var lines = LINES.read(file);
    return new TfIdf(
        options,
        List.copyOf(lines.keySet()),
        lines.values().stream().mapToDouble(Double::parseDouble).toArray());
  }

  /// The terms in the order of their code points; term `i` has column `i`.
  public List<String> terms() {
    return terms;
  }

  /// The column of a term.
  public OptionalInt index(String term) {
    var index = indices.get(term);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /// What occurrences of term `index` are multiplied by.
  public double idf(int index) {
    return idf[index];
  }

  /// The `count` terms with the largest weights, the largest first, of a linear model that has one
  /// for each term; those with the smallest come of the negated weights.
  public List<WeightedTerm> strongest(float[] weights, int count) {
    if (weights.length != terms.size()) {
      throw new EngineException(
          "TF-IDF: %d weights for %d terms; there is one for each"
              .formatted(weights.length, terms.size()));
    }
    return IntStream.range(0, weights.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -weights[i]))
        .limit(count)
        .map(i -> new WeightedTerm(terms.get(i), weights[i]))
        .toList();
  }

  /// The vectors of texts as `f32[texts, terms]`, allocated in `arena`. A text without any of the
  /// terms is all zeros.
  ///
  /// @throws EngineException if that is more than the limit of the options; says how to cut it
  public Column transform(String name, List<String> texts, Arena arena) {
    if (texts.isEmpty()) throw new EngineException("TF-IDF: there are no texts to transform");
    long bytes = (long) texts.size() * terms.size() * Float.BYTES;
    if (bytes > options.memoryLimit()) {
      throw new EngineException(
          "TF-IDF: %,d texts x %,d terms x 4 bytes are %,d; the limit is %,d. withMaximumFeatures(%d) makes it fit, withMinimumDocuments drops rare terms, withMemoryLimit allows more"
              .formatted(
                  texts.size(),
                  terms.size(),
                  bytes,
                  options.memoryLimit(),
                  Math.max(1, options.memoryLimit() / Float.BYTES / texts.size())));
    }
    var type = TensorType.f32(texts.size(), terms.size());
    var data = arena.allocate(bytes, 64);
    var row = new Row();
    for (int i = 0; i < texts.size(); i++) row.fill(texts.get(i), data, i);
    return Column.of(name, Literal.of(type, data));
  }

  /// Counts the terms of a text after the other; only what a text touched is cleared.
  private final class Row {
    private final int[] counts = new int[terms.size()];
    private int[] touched = new int[64];
    private int size;

    void fill(String text, MemorySegment data, long row) {
      size = 0;
      options.terms().of(text, this::count);
      double squares = 0;
      for (int i = 0; i < size; i++) squares += Math.pow(value(touched[i]), 2);
      double norm = Math.sqrt(squares);
      for (int i = 0; i < size; i++) {
        float value = (float) (value(touched[i]) / norm);
        data.setAtIndex(ValueLayout.JAVA_FLOAT, row * terms.size() + touched[i], value);
        counts[touched[i]] = 0;
      }
    }

    private void count(String term) {
      var index = indices.get(term);
      if (index == null) return;
      if (counts[index]++ > 0) return;
      if (size == touched.length) touched = Arrays.copyOf(touched, 2 * size);
      touched[size++] = index;
    }

    private double value(int term) {
      double frequency = options.sublinear() ? 1 + Math.log(counts[term]) : counts[term];
      return frequency * idf[term];
    }
  }
}
