package io.gatun.engine.language;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;

/// The byte pairs of GPT-2: 50,257 tokens, the last of which ends a text and begins the next one.
public final class Gpt2Tokens implements TextTokens {
  private static final int END = 50256;

  private final Encoding encoding =
      Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);

  /// Reads the table of pairs.
  public Gpt2Tokens() {}

  @Override
  public int[] encode(String text) {
    return text.isEmpty() ? new int[] {END} : encoding.encodeOrdinary(text).toArray();
  }

  @Override
  public byte[] bytes(int previous, int id) {
    if (id >= END) return new byte[0];
    var ids = new IntArrayList(1);
    ids.add(id);
    return encoding.decodeBytes(ids);
  }

  @Override
  public boolean ends(int id) {
    return id == END;
  }
}
