package io.gatun.engine.cache;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Names of cache entries.
public final class ContentKey {
  private ContentKey() {}

  /// SHA-256 in hexadecimal; the parts' lengths count, so that `ab, c` differs from `a, bc`.
  public static String sha256(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// A name for an entry that holds its whole text, which tells it from others of the same name:
  /// known in a thousandth of the time that a process takes to make its first SHA-256.
  public static String quick(byte[] text) {
    return Long.toHexString(FileDigest.of(MemorySegment.ofArray(text)));
  }
}
