package io.gatun.bench;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// Seeded numbers for the inputs of workloads, chosen by the input's name so that no arithmetic
/// meets infinities, NaN or denormal numbers however often a step is repeated:
///
/// - `step`, and names that begin with `m.` or `v.` (the state of an optimizer): zeros,
/// - names that begin with `w`: uniform within `1 / sqrt(rows)`, where rows is all but the last
/// axis,
/// - bf16 and f16: uniform in [-0.5, 0.5),
/// - integers: a class from 0 to 9, or 0 and 1 where the name has `type` or `mask` in it; `label`
/// of floats: 0 or 1,
/// - all else: uniform in [-0.5, 0.5).
public final class Numbers {
  private static final int CLASSES = 10;

  private Numbers() {}

  /// Fills `data` with the numbers of the input `name`.
  public static void fill(String name, TensorType type, MemorySegment data) {
    fill(name, 0, type, data);
  }

  /// The same for set number `set` of several sets of inputs.
  public static void fill(String name, int set, TensorType type, MemorySegment data) {
    var random = new SplittableRandom(name.hashCode() + 31L * set);
    boolean isFlag = name.contains("type") || name.contains("mask");
    if (type.dtype() == DType.I32 || type.dtype() == DType.I64) {
      for (long i = 0; i < type.size(); i++) {
        Elements.setLong(data, type.dtype(), i, random.nextInt(isFlag ? 2 : CLASSES));
      }
    } else if (type.dtype() == DType.BF16 || type.dtype() == DType.F16) {
      for (long i = 0; i < type.size(); i++) {
        Elements.setDouble(data, type.dtype(), i, random.nextDouble() - 0.5);
      }
    } else if (type.dtype() != DType.F32) {
      throw new IllegalArgumentException(
          "input \""
              + name
              + "\" of "
              + type
              + ": benchmarks fill f32, bf16, f16, i32 and i64 only");
    } else if (name.equals("step") || name.startsWith("m.") || name.startsWith("v.")) {
      data.fill((byte) 0);
    } else if (name.equals("label")) {
      for (long i = 0; i < type.size(); i++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextInt(2));
      }
    } else {
      float scale = name.startsWith("w") ? weightScale(type) : 1;
      for (long i = 0; i < type.size(); i++) {
        float value = (float) (random.nextDouble() - 0.5);
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, scale * value);
      }
    }
  }

  private static float weightScale(TensorType type) {
    int last = type.shape().dim(type.shape().rank() - 1);
    return (float) (2 / Math.sqrt((double) type.size() / last));
  }
}
