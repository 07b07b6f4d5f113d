package io.gatun.engine.data;

import io.gatun.engine.io.Idx;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A made-up data set in the files and the form of MNIST: 6 images to train on, 4 to test. Pixel
/// `i` of the images is `i % 256`, label `i` is `i % 10`.
final class SmallMnist {
  static final int[] COUNTS = {6, 6, 4, 4};

  private SmallMnist() {}

  /// Writes the four files and answers how they are recognised.
  static List<DataFile> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    var files = new ArrayList<DataFile>();
    for (int i = 0; i < COUNTS.length; i++) {
      boolean images = i % 2 == 0;
      var type =
          images ? TensorType.of(DType.U8, COUNTS[i], 28, 28) : TensorType.of(DType.U8, COUNTS[i]);
      var name = MnistFiles.ORIGINAL.get(i).name();
      var path = folder.resolve(name);
      try (var arena = Arena.ofConfined()) {
        var data = arena.allocate(type.bytes());
        for (int at = 0; at < type.bytes(); at++) {
          data.set(ValueLayout.JAVA_BYTE, at, (byte) (images ? at % 256 : at % 10));
        }
        Idx.write(path, type, data);
      }
      files.add(new DataFile(name, Files.size(path), Digest.of(Digest.Algorithm.MD5, path)));
    }
    return files;
  }
}
