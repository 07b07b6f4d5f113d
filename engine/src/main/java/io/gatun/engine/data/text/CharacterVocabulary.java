package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.AtomicFile;
import io.gatun.engine.io.MalformedFileException;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// The characters of a text, each with an id: code points in ascending order, numbered from 0.
/// Equal for texts of the same characters, so a saved one fits a model trained with it.
public final class CharacterVocabulary {
  private static final String HEADER = "gatun characters 1";

  private final int[] characters;

  private CharacterVocabulary(int[] characters) {
    this.characters = characters;
  }

  /// The distinct characters of `text`.
  ///
  /// @throws EngineException if it is empty
  public static CharacterVocabulary of(String text) {
    int[] characters = text.codePoints().distinct().sorted().toArray();
    if (characters.length == 0) throw new EngineException("a vocabulary of an empty text");
    return new CharacterVocabulary(characters);
  }

  /// Number of characters.
  public int size() {
    return characters.length;
  }

  /// The id of a code point; -1 where it is unknown.
  public int id(int character) {
    return Math.max(-1, Arrays.binarySearch(characters, character));
  }

  /// The code point of an id.
  public int character(int id) {
    if (id < 0 || id >= characters.length) {
      throw new EngineException("id " + id + " is not in [0, " + characters.length + ")");
    }
    return characters[id];
  }

  /// The ids of a text, one for each code point.
  ///
  /// @throws EngineException at a character that is unknown, with its line and column
  public int[] encode(String text) {
    int[] ids = new int[text.codePointCount(0, text.length())];
    for (int i = 0, at = 0; i < ids.length; i++) {
      int character = text.codePointAt(at);
      ids[i] = id(character);
      if (ids[i] < 0) throw unknown(text, at);
      at += Character.charCount(character);
    }
    return ids;
  }

  private EngineException unknown(String text, int at) {
    int line = 1 + (int) text.chars().limit(at).filter(c -> c == '\n').count();
    int start = text.lastIndexOf('\n', at - 1) + 1;
    return new EngineException(
        "line %d, column %d: %s is not among the %d characters of the vocabulary; replace it, or train with a text that has it"
            .formatted(
                line, text.codePointCount(start, at) + 1, name(text.codePointAt(at)), size()));
  }

  /// The ids of a text as `i32[n]`, allocated in `arena`.
  ///
  /// @throws EngineException as [#encode(String)]
  public Column encode(String name, String text, Arena arena) {
    int[] ids = encode(text);
    var type = TensorType.of(DType.I32, ids.length);
    var data = arena.allocate(type.bytes(), Integer.BYTES);
    MemorySegment.copy(ids, 0, data, ValueLayout.JAVA_INT, 0, ids.length);
    return Column.of(name, Literal.of(type, data));
  }

  /// The text of ids.
  public String decode(int... ids) {
    var text = new StringBuilder(ids.length);
    for (int id : ids) text.appendCodePoint(character(id));
    return text.toString();
  }

  /// Writes a text file: a header, then a line for each character, as `U+0061 a`.
  public void save(Path file) throws IOException {
    var lines = new StringBuilder(HEADER).append('\n');
    for (int character : characters) lines.append(name(character)).append('\n');
    AtomicFile.writeText(file, lines.toString());
  }

  private static String name(int character) {
    boolean visible = Character.isLetterOrDigit(character) || character > ' ' && character < 127;
    String code = "U+%04X".formatted(character);
    return visible ? code + " " + Character.toString(character) : code;
  }

  /// Reads what [#save] wrote.
  ///
  /// @throws MalformedFileException if it is something else
  public static CharacterVocabulary load(Path file) throws IOException {
    var lines = TextFile.read(file).lines().toList();
    if (!lines.getFirst().equals(HEADER)) {
      throw new MalformedFileException(file, 0, "the first line is not '" + HEADER + "'");
    }
    int[] characters = new int[lines.size() - 1];
    long offset = HEADER.length() + 1;
    for (int i = 0; i < characters.length; i++) {
      String line = lines.get(i + 1);
      characters[i] = character(line);
      if (characters[i] < 0 || i > 0 && characters[i] <= characters[i - 1]) {
        throw new MalformedFileException(
            file, offset, "line " + (i + 2) + ": '" + line + "' is not the next code point");
      }
      offset += line.getBytes(StandardCharsets.UTF_8).length + 1;
    }
    if (characters.length == 0) throw new MalformedFileException(file, offset, "no characters");
    return new CharacterVocabulary(characters);
  }

  private static int character(String line) {
    String code = line.split(" ", 2)[0];
    if (!code.matches("U\\+[0-9A-F]{4,6}")) return -1;
    int character = Integer.parseInt(code, 2, code.length(), 16);
    return Character.isValidCodePoint(character) ? character : -1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharacterVocabulary that && Arrays.equals(characters, that.characters);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(characters);
  }

  @Override
  public String toString() {
    return size() + " characters";
  }
}
