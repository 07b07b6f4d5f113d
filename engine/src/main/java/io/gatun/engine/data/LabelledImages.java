package io.gatun.engine.data;

import io.gatun.engine.io.Idx;
import io.gatun.engine.io.MalformedFileException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// Grey images and the class of each.
///
/// @param images `u8[n,height,width]`, 0 is background
/// @param labels `u8[n]`
public record LabelledImages(Literal images, Literal labels) {
  private static final int CHUNK = 1 << 14;

  /// Checks types and counts.
  public LabelledImages {
    var type = images.type();
    if (type.dtype() != DType.U8 || type.shape().rank() != 3) {
      throw new IllegalArgumentException("images must be u8[n,height,width], not " + type);
    }
    var expected = TensorType.of(DType.U8, type.shape().dim(0));
    if (!labels.type().equals(expected)) {
      throw new IllegalArgumentException(
          "labels of " + type + " must be " + expected + ", not " + labels.type());
    }
  }

  /// Maps two IDX files into `arena`; a label must be below `classes`.
  static LabelledImages read(Path images, Path labels, int classes, Arena arena)
      throws IOException {
    var pixels = Idx.read(images, arena);
    var answers = Idx.read(labels, arena);
    LabelledImages result;
    try {
      result = new LabelledImages(pixels, answers);
    } catch (IllegalArgumentException mismatch) {
      var report =
          new MalformedFileException(labels, 0, "with " + images + ": " + mismatch.getMessage());
      report.initCause(mismatch);
      throw report;
    }
    for (int i = 0; i < result.count(); i++) {
      if (result.label(i) >= classes) {
        throw new MalformedFileException(
            labels, 8 + i, "label " + result.label(i) + "; there are " + classes + " classes");
      }
    }
    return result;
  }

  /// Number of images.
  public int count() {
    return images.type().shape().dim(0);
  }

  /// Class of image `index`.
  public int label(int index) {
    return labels.data().get(ValueLayout.JAVA_BYTE, index) & 0xff;
  }

  /// Pixels as `f32[n,height,width]` from 0 to 1 (value / 255), allocated in `arena`.
  public Literal normalised(Arena arena) {
    var type = images.type().with(DType.F32);
    var pixels = arena.allocate(type.bytes(), 64);
    byte[] bytes = new byte[CHUNK];
    float[] floats = new float[CHUNK];
    for (long start = 0; start < type.size(); start += CHUNK) {
      int count = (int) Math.min(CHUNK, type.size() - start);
      MemorySegment.copy(images.data(), ValueLayout.JAVA_BYTE, start, bytes, 0, count);
      normalise(bytes, floats, count);
      MemorySegment.copy(floats, 0, pixels, ValueLayout.JAVA_FLOAT, start * Float.BYTES, count);
    }
    return Literal.of(type, pixels);
  }

  /// Works on arrays, which are fast long before the loop over segments is compiled well.
  private static void normalise(byte[] bytes, float[] floats, int count) {
    for (int i = 0; i < count; i++) floats[i] = (bytes[i] & 0xff) / 255f;
  }
}
