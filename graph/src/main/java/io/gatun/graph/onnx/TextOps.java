package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;

/// Strings and counts of n-grams; all of it is known while importing.
final class TextOps {
  private TextOps() {}

  static void register(Registry r) {
    r.any("StringNormalizer", TextOps::normalize);
    r.any("StringConcat", TextOps::concat);
    r.any("StringSplit", TextOps::split);
    r.any("RegexFullMatch", TextOps::match);
    r.one("TfIdfVectorizer", TextOps::ngrams);
  }

  static StringArray strings(Call c, int i) {
    if (c.any(i) instanceof OnnxValue.Strings(StringArray array)) return array;
    if (c.any(i) instanceof OnnxValue.Coded(Value codes, List<String> _)) {
      c.known("what string input " + i + " is", codes);
    }
    throw OnnxException.of("input %d wants strings", i);
  }

  private static List<OnnxValue> normalize(Call c) {
    var array = strings(c, 0);
    var a = c.attributes();
    boolean sensitive = a.flag("is_case_sensitive", false);
    var stop = a.texts("stopwords");
    var locale = Locale.forLanguageTag(a.text("locale", "en-US").replace('_', '-'));
    String action = a.text("case_change_action", "NONE");
    var lower = stop.stream().map(s -> s.toLowerCase(locale)).toList();
    var kept =
        array.elements().stream()
            .filter(s -> sensitive ? !stop.contains(s) : !lower.contains(s.toLowerCase(locale)))
            .map(
                s ->
                    switch (action) {
                      case "LOWER" -> s.toLowerCase(locale);
                      case "UPPER" -> s.toUpperCase(locale);
                      case String _ -> s;
                    })
            .toList();
    var texts = kept.isEmpty() ? List.of("") : kept;
    var shape = array.shape().rank() == 2 ? Shape.of(1, texts.size()) : Shape.of(texts.size());
    return List.of(new OnnxValue.Strings(new StringArray(shape, texts)));
  }

  private static List<OnnxValue> concat(Call c) {
    var a = strings(c, 0);
    var b = strings(c, 1);
    var shape = Shape.broadcast(a.shape(), b.shape());
    var texts =
        IntStream.range(0, Math.toIntExact(shape.size()))
            .mapToObj(i -> at(a, shape, i) + at(b, shape, i))
            .toList();
    return List.of(new OnnxValue.Strings(new StringArray(shape, texts)));
  }

  /// The element that stands at `flat` when the array is broadcast to `shape`.
  private static String at(StringArray array, Shape shape, int flat) {
    int[] index = shape.index(flat);
    int skip = shape.rank() - array.shape().rank();
    int[] own = Arrays.copyOfRange(index, skip, index.length);
    for (int i = 0; i < own.length; i++) if (array.shape().dim(i) == 1) own[i] = 0;
    return array.elements().get(array.shape().flat(own));
  }

  /// Parts of each string, filled up with empty ones, and the number of parts.
  private static List<OnnxValue> split(Call c) {
    var array = strings(c, 0);
    String delimiter = c.attributes().text("delimiter", "");
    int most = c.attributes().integer("maxsplit", -1);
    int limit = most < 0 ? -1 : most + 1;
    var parts = new ArrayList<List<String>>();
    for (String text : array.elements()) {
      if (delimiter.isEmpty()) {
        String stripped = text.strip();
        parts.add(stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+", limit)));
      } else {
        parts.add(List.of(text.split(Pattern.quote(delimiter), limit)));
      }
    }
    int width = parts.stream().mapToInt(List::size).max().orElse(0);
    var texts = new ArrayList<String>();
    for (var list : parts) {
      texts.addAll(list);
      for (int i = list.size(); i < width; i++) texts.add("");
    }
    var shape = new Shape(Ints.join(array.shape().dims(), List.of(width)));
    var counts =
        NdArray.ofLongs(new TensorType(DType.I64, array.shape()), (int i) -> parts.get(i).size());
    return List.of(
        new OnnxValue.Strings(new StringArray(shape, texts)),
        OnnxValue.Tensor.of(c.constant(counts)));
  }

  private static List<OnnxValue> match(Call c) {
    var array = strings(c, 0);
    var pattern = pattern(c.attributes().text("pattern", ""));
    var type = new TensorType(DType.BOOL, array.shape());
    var matches =
        NdArray.ofLongs(
            type, (int i) -> pattern.matcher(array.elements().get(i)).matches() ? 1 : 0);
    return List.of(OnnxValue.Tensor.of(c.constant(matches)));
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw OnnxException.of("attribute pattern: \"%s\": %s", text, e.getDescription());
    }
  }

  /// Counts of the n-grams of a pool in each row, with gaps of up to `max_skip_count` elements,
  /// weighted (Manning et al., "Introduction to information retrieval", 6.2).
  private static Value ngrams(Call c) {
    var a = c.attributes();
    boolean isText = c.isText(0);
    var shape = isText ? strings(c, 0).shape() : c.in(0).shape();
    List<?> tokens =
        isText ? strings(c, 0).elements() : Arrays.stream(c.known(0).toLongs()).boxed().toList();
    List<?> pool = isText ? a.texts("pool_strings") : a.longs("pool_int64s");
    var starts = a.ints("ngram_counts", List.of());
    var columns = a.ints("ngram_indexes", List.of());
    var numbers = new HashMap<List<?>, Integer>();
    int number = 0;
    for (int n = 1; n <= starts.size(); n++) {
      int end = n < starts.size() ? starts.get(n) : pool.size();
      for (int at = starts.get(n - 1); at + n <= end; at += n) {
        numbers.put(List.copyOf(pool.subList(at, at + n)), number++);
      }
    }
    int width = columns.stream().mapToInt(i -> i + 1).max().orElse(0);
    int length = shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1);
    int rows = shape.rank() == 2 ? shape.dim(0) : 1;
    double[] counts = new double[Call.affordable((long) rows * width)];
    var weights = a.numbers("weights");
    String mode = a.text("mode", "TF");
    for (int row = 0; row < rows; row++) {
      var line = tokens.subList(row * length, (row + 1) * length);
      for (var gram : grams(c, line)) {
        var found = numbers.get(gram);
        if (found != null) counts[row * width + columns.get(found)]++;
      }
      for (int i = 0; i < numbers.size(); i++) {
        int at = row * width + columns.get(i);
        double weight = weights.isEmpty() ? 1 : weights.get(i);
        counts[at] =
            switch (mode) {
              case "TF" -> counts[at];
              case "IDF" -> counts[at] > 0 ? weight : 0;
              case "TFIDF" -> counts[at] * weight;
              default -> throw OnnxException.of("mode %s is not one of TF, IDF, TFIDF", mode);
            };
      }
    }
    var type = shape.rank() == 2 ? TensorType.f32(rows, width) : TensorType.f32(width);
    return c.constant(NdArray.of(type, counts));
  }

  /// All n-grams of a row; those of one element have no gaps, so they count once.
  private static List<List<?>> grams(Call c, List<?> line) {
    var a = c.attributes();
    int least = a.integer("min_gram_length", 1);
    int most = a.integer("max_gram_length", 1);
    int skips = a.integer("max_skip_count", 0);
    var grams = new ArrayList<List<?>>();
    for (int n = least; n <= most; n++) {
      for (int step = 1; step <= (n == 1 ? 1 : skips + 1); step++) {
        for (int from = 0; from + (n - 1) * step < line.size(); from++) {
          var gram = new ArrayList<Object>();
          for (int i = 0; i < n; i++) gram.add(line.get(from + i * step));
          grams.add(gram);
        }
      }
    }
    return grams;
  }
}
