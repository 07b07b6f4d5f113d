package io.gatun.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/// A library that a jar of the class path carries, with the files that it needs beside it.
///
/// The folder it is unpacked into is named by the check sum and size that the jar states for the
/// library, so a start that finds it unpacked reads no content. Each file appears by an atomic
/// rename of a temporary one, and a file lock keeps a second process from unpacking the same.
///
/// @param label first part of the folder's name
/// @param resources names on the class path, the library itself first
record CarriedLibrary(String label, List<String> resources) {

  /// Names the build of the library without reading it; empty where no jar carries it.
  Optional<String> identity() {
    try {
      return Optional.of(entry(resources.getFirst()).key());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The library as a file: unpacked below `natives`, or where it lies if it is not in a jar.
  ///
  /// @throws IOException if no jar carries it, or it cannot be unpacked: the message says which
  Path unpack(Path natives) throws IOException {
    Entry main = entry(resources.getFirst());
    Path folder = Files.createDirectories(natives.resolve(label + "-" + main.key()));
    for (String resource : resources) {
      Entry entry = entry(resource);
      Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
      if (!complete(file, entry)) {
        try (FileChannel lock = openLock(folder);
            var _ = lock.lock()) {
          if (!complete(file, entry)) {
            write(entry, file);
          }
        }
      }
    }
    return folder.resolve(
        resources.getFirst().substring(resources.getFirst().lastIndexOf('/') + 1));
  }

  private static FileChannel openLock(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static boolean complete(Path file, Entry entry) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == entry.size();
  }

  private static void write(Entry entry, Path file) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
    try {
      var sum = new CRC32();
      try (InputStream in = new CheckedInputStream(entry.url().openStream(), sum);
          OutputStream out = Files.newOutputStream(temporary)) {
        in.transferTo(out);
      }
      if (Files.size(temporary) != entry.size() || sum.getValue() != entry.sum()) {
        throw new IOException(entry.url() + " is damaged: its check sum is not the jar's");
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static Entry entry(String resource) throws IOException {
    URL url = CarriedLibrary.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new IOException("no jar of the class path carries it");
    }
    if (!(url.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("it lies at " + url + ", which is no jar");
    }
    var entry = connection.getJarEntry();
    if (entry.getSize() < 0 || entry.getCrc() < 0) {
      throw new IOException(url + " states no size or check sum");
    }
    return new Entry(url, entry.getSize(), entry.getCrc());
  }

  /// One file in its jar, with the size and CRC-32 that the jar states for it.
  private record Entry(URL url, long size, long sum) {
    String key() {
      return Long.toHexString(sum) + "-" + size;
    }
  }
}
