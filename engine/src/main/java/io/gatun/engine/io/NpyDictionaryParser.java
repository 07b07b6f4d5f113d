package io.gatun.engine.io;

import io.gatun.engine.io.NpyHeader.NpyDictionary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Parser of the Python dictionary in a npy header, and of nothing else of Python:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
final class NpyDictionaryParser {
  private final String text;
  private final Source source;
  private final long offset;
  private int at = 0;

  NpyDictionaryParser(String text, Source source, long offset) {
    this.text = text;
    this.source = source;
    this.offset = offset;
  }

  NpyDictionary parse() throws MalformedFileException {
    Optional<String> descr = Optional.empty();
    Optional<Boolean> fortran = Optional.empty();
    Optional<List<Long>> shape = Optional.empty();
    expect('{');
    while (!accept('}')) {
      String key = string();
      expect(':');
      switch (key) {
        case "descr" -> descr = once(descr, string(), key);
        case "fortran_order" -> fortran = once(fortran, bool(), key);
        case "shape" -> shape = once(shape, tuple(), key);
        default -> throw failure("key '" + key + "'; wanted descr, fortran_order and shape");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skipBlanks();
    if (at < text.length()) throw failure("text after the dictionary");
    if (descr.isEmpty() || fortran.isEmpty() || shape.isEmpty()) {
      throw failure("the dictionary must have descr, fortran_order and shape");
    }
    return new NpyDictionary(descr.get(), fortran.get(), shape.get());
  }

  private <T> Optional<T> once(Optional<T> old, T value, String key) throws MalformedFileException {
    if (old.isPresent()) throw failure("key '" + key + "' twice");
    return Optional.of(value);
  }

  private String string() throws MalformedFileException {
    skipBlanks();
    char quote = at < text.length() ? text.charAt(at) : 0;
    if (quote == '[') throw failure("a structured element type; only plain numbers are read");
    if (quote != '\'' && quote != '"') throw failure("wanted a string");
    int end = text.indexOf(quote, at + 1);
    if (end < 0) throw failure("the string does not end");
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private boolean bool() throws MalformedFileException {
    skipBlanks();
    for (boolean value : new boolean[] {true, false}) {
      String word = value ? "True" : "False";
      if (text.startsWith(word, at)) {
        at += word.length();
        return value;
      }
    }
    throw failure("wanted True or False");
  }

  private List<Long> tuple() throws MalformedFileException {
    var values = new ArrayList<Long>();
    expect('(');
    while (!accept(')')) {
      values.add(number());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return values;
  }

  private long number() throws MalformedFileException {
    skipBlanks();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    if (at == start || at - start > 18) throw failure("wanted a dimension");
    long value = Long.parseLong(text, start, at, 10);
    accept('L'); // Python 2 marks longs
    return value;
  }

  private void expect(char wanted) throws MalformedFileException {
    if (!accept(wanted)) throw failure("wanted '" + wanted + "'");
  }

  private boolean accept(char wanted) {
    skipBlanks();
    if (at >= text.length() || text.charAt(at) != wanted) return false;
    at++;
    return true;
  }

  private void skipBlanks() {
    while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) at++;
  }

  private MalformedFileException failure(String reason) {
    return source.malformed(offset + at, "npy header: " + reason);
  }
}
