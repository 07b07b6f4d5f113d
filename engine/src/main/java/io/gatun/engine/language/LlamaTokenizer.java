package io.gatun.engine.language;

import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tokenizer of llama2.c: pieces of text with scores. A text is cut into characters, and those
/// without a piece into bytes; then the two neighbours whose union has the best score become one,
/// until there are none.
///
/// The file: `int32` length of the longest piece, then for each piece `f32` score, `int32` length
/// and the bytes, little-endian. The first pieces are: unknown, begin, end, the 256 bytes.
public final class LlamaTokenizer implements TextTokens {
  private static final int BEGIN = 1;
  private static final int END = 2;
  private static final int FIRST_BYTE = 3;
  private static final int PIECES = FIRST_BYTE + 256;

  private final List<String> pieces;
  private final float[] scores;
  private final Map<String, Integer> ids = new HashMap<>();

  /// @param pieces bytes as characters of Latin-1
  private LlamaTokenizer(List<String> pieces, float[] scores) {
    this.pieces = pieces;
    this.scores = scores;
    for (int i = 0; i < pieces.size(); i++) ids.putIfAbsent(pieces.get(i), i);
  }

  /// Reads a file of as many pieces as the model has.
  ///
  /// @throws MalformedFileException when it has fewer or more, or is no such file
  public static LlamaTokenizer read(Path file, int vocabulary) throws IOException {
    var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (vocabulary < PIECES) {
      throw new MalformedFileException(file, 0, "a vocabulary of " + vocabulary + " has no bytes");
    }
    var pieces = new ArrayList<String>();
    float[] scores = new float[vocabulary];
    try {
      in.getInt();
      for (int i = 0; i < vocabulary; i++) {
        scores[i] = in.getFloat();
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new MalformedFileException(file, in.position() - 4, "length of a piece: " + length);
        }
        pieces.add(new String(in.array(), in.position(), length, StandardCharsets.ISO_8859_1));
        in.position(in.position() + length);
      }
    } catch (BufferUnderflowException _) {
      throw new MalformedFileException(
          file, in.limit(), "ends in piece " + pieces.size() + "; the model has " + vocabulary);
    }
    if (in.hasRemaining()) {
      throw new MalformedFileException(
          file, in.position(), "goes on after piece " + vocabulary + ", the model's last");
    }
    return new LlamaTokenizer(pieces, scores);
  }

  @Override
  public int[] encode(String text) {
    var tokens = new ArrayList<Integer>();
    // A text begins with a blank, as words do.
    var blanked = text.isEmpty() ? text : " " + text;
    blanked.codePoints().forEach(c -> character(tokens, Character.toString(c)));
    boolean joined;
    do {
      joined = merge(tokens);
    } while (joined);
    tokens.addFirst(BEGIN);
    return tokens.stream().mapToInt(i -> i).toArray();
  }

  private void character(List<Integer> tokens, String character) {
    byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
    var piece = ids.get(new String(bytes, StandardCharsets.ISO_8859_1));
    if (piece != null) {
      tokens.add(piece);
    } else {
      for (byte b : bytes) tokens.add(FIRST_BYTE + (b & 0xff));
    }
  }

  /// Joins the best two neighbours, the first of equals; false where there are none.
  private boolean merge(List<Integer> tokens) {
    int best = -1;
    int union = -1;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      var id = ids.get(pieces.get(tokens.get(i)) + pieces.get(tokens.get(i + 1)));
      if (id == null || union >= 0 && scores[id] <= scores[union]) continue;
      best = i;
      union = id;
    }
    if (union < 0) return false;
    tokens.set(best, union);
    tokens.remove(best + 1);
    return true;
  }

  @Override
  public byte[] bytes(int previous, int id) {
    if (id == BEGIN || id == END) return new byte[0];
    if (id >= FIRST_BYTE && id < PIECES) return new byte[] {(byte) (id - FIRST_BYTE)};
    var piece = pieces.get(id);
    boolean first = previous < 0 || previous == BEGIN;
    var shown = first && piece.startsWith(" ") ? piece.substring(1) : piece;
    return shown.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// True for the end, and for the beginning of another text.
  @Override
  public boolean ends(int id) {
    return id == END || id == BEGIN;
  }
}
