package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The words of a text that occur often enough, numbered from the most frequent one; equally
/// frequent ones in the order of their code points.
public final class WordVocabulary {
  private static final TermLines LINES = new TermLines(' ', "[1-9][0-9]{0,17}");

  private final List<String> words;
  private final long[] counts;
  private final Map<String, Integer> ids;

  private WordVocabulary(List<String> words, long[] counts) {
    this.words = List.copyOf(words);
    this.counts = counts;
    ids = HashMap.newHashMap(counts.length);
    for (int i = 0; i < counts.length; i++) ids.put(words.get(i), i);
  }

  /// The words that occur at least `minimumCount` times.
  ///
  /// @throws EngineException if there are none
  public static WordVocabulary of(List<String> text, int minimumCount) {
    var counts = new HashMap<String, Long>();
    for (String word : text) counts.merge(word, 1L, Long::sum);
    var kept =
        counts.entrySet().stream()
            .filter(e -> e.getValue() >= minimumCount)
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey(TermCounter.BY_CODE_POINT)))
            .toList();
    if (kept.isEmpty()) {
      throw new EngineException(
          "no word of the %,d in the text occurs %d times; lower the minimum count"
              .formatted(text.size(), minimumCount));
    }
    return new WordVocabulary(
        kept.stream().map(Map.Entry::getKey).toList(),
        kept.stream().mapToLong(Map.Entry::getValue).toArray());
  }

  /// Number of words.
  public int size() {
    return counts.length;
  }

  /// The word of an id.
  public String word(int id) {
    return words.get(id);
  }

  /// The id of a word.
  public OptionalInt id(String word) {
    var id = ids.get(word);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /// How often the word of an id occurs in the text.
  public long count(int id) {
    return counts[id];
  }

  /// The ids of a text; unknown words are left out.
  public int[] encode(List<String> text) {
    return text.stream().map(ids::get).filter(id -> id != null).mapToInt(id -> id).toArray();
  }

  /// Writes a line for each word: the word, a space and its count, as word2vec does.
  public void save(Path file) throws IOException {
    var lines = new LinkedHashMap<String, String>();
    for (int i = 0; i < size(); i++) lines.put(word(i), Long.toString(count(i)));
    LINES.write(file, lines);
  }

  /// Reads what [#save] wrote.
  ///
  /// @throws MalformedFileException if it is something else, naming the line
  public static WordVocabulary load(Path file) throws IOException {
    var lines = LINES.read(file);
    return new WordVocabulary(
        List.copyOf(lines.keySet()), lines.values().stream().mapToLong(Long::parseLong).toArray());
  }

  @Override
  public String toString() {
    return "%,d words".formatted(size());
  }
}
