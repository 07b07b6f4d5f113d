package io.gatun.engine.language;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Bytes that come piece by piece as text: a character is given as soon as it is whole; what is no
/// UTF-8 becomes U+FFFD.
public final class Utf8 {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] open = {};

  /// Nothing read yet.
  public Utf8() {}

  /// The characters that these bytes complete.
  public String add(byte[] bytes) {
    return decode(bytes, false);
  }

  /// What is left: U+FFFD for a character that is not whole.
  public String end() {
    return decode(new byte[0], true);
  }

  private String decode(byte[] bytes, boolean end) {
    var in = ByteBuffer.allocate(open.length + bytes.length).put(open).put(bytes).flip();
    var out = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, out, end);
    open = new byte[in.remaining()];
    in.get(open);
    return out.flip().toString();
  }
}
