package io.gatun.engine.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// What a file is recognised by.
///
/// @param algorithm one that every Java runtime has
/// @param hex in lower-case hexadecimal
record Digest(Algorithm algorithm, String hex) {
  /// The algorithms in which publishers give digests.
  enum Algorithm {
    MD5("MD5"),
    SHA_256("SHA-256"),
    SHA_512("SHA-512");

    final String text;

    Algorithm(String text) {
      this.text = text;
    }
  }

  static Digest md5(String hex) {
    return new Digest(Algorithm.MD5, hex);
  }

  static Digest sha256(String hex) {
    return new Digest(Algorithm.SHA_256, hex);
  }

  static Digest sha512(String hex) {
    return new Digest(Algorithm.SHA_512, hex);
  }

  static Digest of(Algorithm algorithm, Path file) throws IOException {
    try (var in =
        new DigestInputStream(
            Files.newInputStream(file), MessageDigest.getInstance(algorithm.text))) {
      byte[] buffer = new byte[1 << 16];
      int count;
      do {
        count = in.read(buffer);
      } while (count >= 0);
      return new Digest(algorithm, HexFormat.of().formatHex(in.getMessageDigest().digest()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has " + algorithm.text, impossible);
    }
  }

  @Override
  public String toString() {
    return algorithm.text.toLowerCase(Locale.ROOT) + " " + hex;
  }
}
