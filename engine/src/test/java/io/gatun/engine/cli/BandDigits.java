package io.gatun.engine.cli;

import io.gatun.engine.io.Idx;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// A data set in the form of MNIST that is learnt in a moment: class `c` has two bright rows at `2
/// c`.
final class BandDigits {
  static final int TRAINING = 320;
  static final int TEST = 40;

  private BandDigits() {}

  static void write(Path folder) throws IOException {
    write(folder, "train", TRAINING);
    write(folder, "t10k", TEST);
  }

  private static void write(Path folder, String part, int count) throws IOException {
    var images = TensorType.of(DType.U8, count, 28, 28);
    var labels = TensorType.of(DType.U8, count);
    try (var arena = Arena.ofConfined()) {
      var pixels = arena.allocate(images.bytes());
      var answers = arena.allocate(labels.bytes());
      for (int i = 0; i < count; i++) {
        answers.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 10));
        pixels.asSlice(i * 784L + i % 10 * 56L, 56).fill((byte) 255);
      }
      Idx.write(folder.resolve(part + "-images-idx3-ubyte"), images, pixels);
      Idx.write(folder.resolve(part + "-labels-idx1-ubyte"), labels, answers);
    }
  }
}
