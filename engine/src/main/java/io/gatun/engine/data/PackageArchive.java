package io.gatun.engine.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// A package as `npm pack` leaves it, a compressed tar archive, of which only the files below one
/// folder are read. The names in it never become paths.
///
/// @param folder `package/data/` and its like
/// @param entryBytes the largest data file that is read
/// @param totalBytes the most bytes that the archive may unpack to
record PackageArchive(Path file, String folder, long entryBytes, long totalBytes) {
  /// Where data sets lie.
  static final String DATA = "package/data/";

  private static final long ENTRY_BYTES = 64L << 20;
  private static final long TOTAL_BYTES = 1L << 30;

  /// Takes a data file; reads as much of the content as it wants.
  @FunctionalInterface
  interface Visitor {
    /// @param name below the folder
    void visit(String name, InputStream content) throws IOException;
  }

  static PackageArchive of(Path file) {
    return of(file, DATA);
  }

  static PackageArchive of(Path file, String folder) {
    return new PackageArchive(file, folder, ENTRY_BYTES, TOTAL_BYTES);
  }

  /// Shows each data file in the order of the archive.
  ///
  /// @throws IOException if the archive is cut short or damaged, has a name that leads out of it,
  /// or unpacks to more than the limits
  void read(Visitor visitor) throws IOException {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        var tar = new TarArchiveInputStream(new GZIPInputStream(bytes))) {
      long total = 0;
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        total += entry.getSize();
        check(entry, total);
        if (entry.isFile() && entry.getName().startsWith(folder)) {
          visitor.visit(entry.getName().substring(folder.length()), tar);
        }
      }
    } catch (IOException failure) {
      throw new IOException(file + " cannot be unpacked: " + failure.getMessage(), failure);
    }
  }

  private void check(TarArchiveEntry entry, long total) throws IOException {
    String name = entry.getName();
    if (name.startsWith("/") || name.contains("\\") || ("/" + name + "/").contains("/../")) {
      throw new IOException("the name '" + name + "' leads out of the archive");
    }
    if (entry.getSize() > entryBytes || total > totalBytes) {
      throw new IOException(
          "'%s' has %,d bytes, %,d with those before it; at most %,d and %,d are unpacked"
              .formatted(name, entry.getSize(), total, entryBytes, totalBytes));
    }
  }
}
