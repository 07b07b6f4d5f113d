package io.gatun.engine.language;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// A tokenizer's file in the form of llama2.c.
public final class TokenFiles {
  private static final List<String> PIECES = List.of(" ", "a", "b", "ab", " a", "é");

  /// The first piece that is no byte.
  static final int FIRST = 259;

  static final int COUNT = FIRST + PIECES.size();

  private TokenFiles() {}

  /// A file of 265 pieces; later ones are better.
  public static byte[] content() {
    var out = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN).putInt(9);
    for (int i = 0; i < FIRST; i++) put(out, 0, i < 3 ? "<" + i + ">" : "<0x" + i + ">");
    for (int i = 0; i < PIECES.size(); i++) put(out, i, PIECES.get(i));
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void put(ByteBuffer out, float score, String piece) {
    byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
    out.putFloat(score).putInt(bytes.length).put(bytes);
  }
}
