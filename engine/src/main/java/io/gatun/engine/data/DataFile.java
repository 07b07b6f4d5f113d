package io.gatun.engine.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of a data set, as it was first published.
///
/// @param name file name
/// @param bytes size
record DataFile(String name, long bytes, Digest digest) {
  /// Copies exactly this file out of a stream.
  void copy(InputStream in, Path target) throws IOException {
    try (OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[1 << 16];
      long done = 0;
      for (int count; (count = in.read(buffer)) > 0; done += count) {
        if (done + count > bytes)
          throw new IOException(name + " is longer than " + bytes + " bytes");
        out.write(buffer, 0, count);
      }
    }
  }

  /// Refuses a file that differs from the original.
  void verify(Path file) throws IOException {
    if (!Files.exists(file)) throw new IOException(name + " is missing");
    var found = Digest.of(digest.algorithm(), file);
    if (!found.equals(digest)) {
      throw new IOException(name + " has the " + found + ", wanted " + digest.hex());
    }
  }

  /// Whether a file is the original.
  boolean isOriginal(Path file) throws IOException {
    return Digest.of(digest.algorithm(), file).equals(digest);
  }
}
