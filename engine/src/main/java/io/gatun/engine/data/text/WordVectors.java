package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A vector for each word of a vocabulary, compared by the cosine of the angle between two.
public final class WordVectors {
  private final WordVocabulary vocabulary;
  private final float[][] vectors;
  private final double[] lengths;

  private WordVectors(WordVocabulary vocabulary, float[][] vectors) {
    this.vocabulary = vocabulary;
    this.vectors = vectors;
    lengths = new double[vectors.length];
    for (int id = 0; id < lengths.length; id++) {
      lengths[id] = Math.sqrt(dot(vectors[id], vectors[id]));
    }
  }

  /// A word and the cosine of its vector with that of another.
  public record Neighbour(String word, double cosine) {}

  /// Vectors in the order of the vocabulary, one after the other.
  ///
  /// @throws EngineException if there are not equally many numbers for each word
  public static WordVectors of(WordVocabulary vocabulary, float[] values) {
    int words = vocabulary.size();
    if (values.length == 0 || values.length % words != 0) {
      throw new EngineException(
          "word vectors: %d numbers for %d words; each word has equally many"
              .formatted(values.length, words));
    }
    int size = values.length / words;
    float[][] vectors = new float[words][size];
    for (int id = 0; id < words; id++) System.arraycopy(values, id * size, vectors[id], 0, size);
    return new WordVectors(vocabulary, vectors);
  }

  /// The words.
  public WordVocabulary vocabulary() {
    return vocabulary;
  }

  /// Whether the word has a vector.
  public boolean has(String word) {
    return vocabulary.id(word).isPresent();
  }

  /// A copy of the vector of an id.
  public float[] vector(int id) {
    return vectors[id].clone();
  }

  /// The cosine of two words' vectors, from -1 to 1; 0 where one is all zeros.
  ///
  /// @throws EngineException if a word has no vector
  public double cosine(String one, String other) {
    return cosine(id(one), id(other));
  }

  /// The `count` words nearest to a word, itself left out, the nearest first.
  ///
  /// @throws EngineException if the word has no vector
  public List<Neighbour> nearest(String word, int count) {
    int id = id(word);
    return IntStream.range(0, vectors.length)
        .filter(other -> other != id)
        .mapToObj(other -> new Neighbour(vocabulary.word(other), cosine(id, other)))
        .sorted(Comparator.comparingDouble(Neighbour::cosine).reversed())
        .limit(count)
        .toList();
  }

  /// The place of `other` among the words by nearness to `word`: 1 for the nearest. Of equally near
  /// ones half count as nearer, so that vectors that are all equal put every word in the middle.
  ///
  /// @throws EngineException if a word has no vector
  public double rank(String word, String other) {
    int from = id(word);
    int to = id(other);
    double cosine = cosine(from, to);
    double rank = 1;
    for (int id = 0; id < vectors.length; id++) {
      if (id == from || id == to) continue;
      double each = cosine(from, id);
      if (each > cosine) rank++;
      else if (each == cosine) rank += 0.5;
    }
    return rank;
  }

  private int id(String word) {
    return vocabulary
        .id(word)
        .orElseThrow(
            () ->
                new EngineException(
                    "\"%s\" is none of the %,d words of the vocabulary"
                        .formatted(word, vocabulary.size())));
  }

  private double cosine(int one, int other) {
    double lengths = this.lengths[one] * this.lengths[other];
    return lengths == 0 ? 0 : dot(vectors[one], vectors[other]) / lengths;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }

  /// Writes them as text in the format of word2vec, which many programs read: a line with the
  /// number of words and of numbers for each, then a line with each word and its numbers.
  public void save(Path file) throws IOException {
    var text = new StringBuilder();
    text.append(vectors.length).append(' ').append(vectors[0].length).append('\n');
    for (int id = 0; id < vectors.length; id++) {
      text.append(vocabulary.word(id));
      for (float value : vectors[id]) text.append(' ').append(value);
      text.append('\n');
    }
    AtomicFile.writeText(file, text.toString());
  }
}
