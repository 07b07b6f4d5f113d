package io.gatun.engine.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A made-up package of npm, `made.tgz` in a folder.
final class SmallPackage {
  private final Path archive;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  SmallPackage(Path folder) {
    archive = folder.resolve("made.tgz");
  }

  SmallPackage with(String name, byte[] content) {
    entries.put(name, content);
    return this;
  }

  Path write() throws IOException {
    try (var tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (var each : entries.entrySet()) {
        var entry = new TarArchiveEntry(each.getKey(), true);
        entry.setSize(each.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(each.getValue());
        tar.closeArchiveEntry();
      }
    }
    return archive;
  }

  /// Writes it and answers how it is recognised.
  NpmPackage pack(String id) throws IOException {
    Path file = write();
    return new NpmPackage(
        id,
        new DataFile(
            file.getFileName().toString(),
            Files.size(file),
            Digest.of(Digest.Algorithm.SHA_512, file)));
  }
}
