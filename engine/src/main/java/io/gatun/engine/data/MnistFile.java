package io.gatun.engine.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// One of the four files of MNIST, as it was first published.
///
/// @param name file name, uncompressed
/// @param bytes size, uncompressed
/// @param md5 digest of the uncompressed file, in hexadecimal
record MnistFile(String name, long bytes, String md5) {
  /// Training images and labels, test images and labels.
  static final List<MnistFile> ORIGINAL =
      List.of(
          new MnistFile("train-images-idx3-ubyte", 47040016, "6bbc9ace898e44ae57da46a324031adb"),
          new MnistFile("train-labels-idx1-ubyte", 60008, "a25bea736e30d166cdddb491f175f624"),
          new MnistFile("t10k-images-idx3-ubyte", 7840016, "2646ac647ad5339dbf082846283269ea"),
          new MnistFile("t10k-labels-idx1-ubyte", 10008, "27ae3e4e09519cfbb04c329615203637"));

  /// The file in `folder`: under its name, with a dot before `idx`, or compressed.
  Path find(Path folder) throws IOException {
    for (String variant : List.of(name, name.replace("-idx", ".idx"), name + ".gz")) {
      Path file = folder.resolve(variant);
      if (Files.isRegularFile(file)) return file;
    }
    throw new NoSuchFileException(
        folder.resolve(name).toString(),
        null,
        "MNIST needs the files "
            + names()
            + ", each as it is or with .gz; copy them there, or leave"
            + " the folder out to have them fetched");
  }

  private static List<String> names() {
    return ORIGINAL.stream().map(MnistFile::name).toList();
  }

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

  /// Refuses a fetched file that differs from the original.
  void verify(Path file) throws IOException {
    if (!Files.exists(file)) throw new IOException(name + " is missing");
    String found = digest(file);
    if (!found.equals(md5)) {
      throw new IOException(name + " has the md5 " + found + ", wanted " + md5);
    }
  }

  /// Whether an uncompressed file is the original; a compressed one passes unexamined.
  boolean isOriginal(Path file) throws IOException {
    return file.toString().endsWith(".gz") || digest(file).equals(md5);
  }

  private static String digest(Path file) throws IOException {
    try (var in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("MD5"))) {
      byte[] buffer = new byte[1 << 16];
      int count;
      do {
        count = in.read(buffer);
      } while (count >= 0);
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has MD5", impossible);
    }
  }
}
