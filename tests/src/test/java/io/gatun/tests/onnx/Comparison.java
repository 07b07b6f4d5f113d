package io.gatun.tests.onnx;

import io.gatun.graph.onnx.OnnxData;
import io.gatun.graph.onnx.StringArray;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import java.util.List;

/// Compares as the suite's own runner does: types and shapes equal, numbers within `1e-7 + 1e-3
/// |expected|`, for `bf16` two places of its last bit, integers and strings equal.
final class Comparison {
  private static final double RELATIVE = 1e-3;
  private static final double RELATIVE_BF16 = 1.0 / 64;
  private static final double ABSOLUTE = 1e-7;

  private Comparison() {}

  /// @throws AssertionError naming the first difference
  static void check(String name, OnnxData want, OnnxData got) {
    if (want instanceof OnnxData.Tensor(_, Literal a) && got instanceof OnnxData.Tensor(_, var b)) {
      check(name, a, b);
    } else if (want instanceof OnnxData.Sequence(List<OnnxData> a)
        && got instanceof OnnxData.Sequence(List<OnnxData> b)
        && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) check(name + "." + i, a.get(i), b.get(i));
    } else if (want instanceof OnnxData.Strings(StringArray a)
        && got instanceof OnnxData.Strings(StringArray b)) {
      if (!a.equals(b)) throw new AssertionError(name + ": expected " + a + ", got " + b);
    } else if (!(want instanceof OnnxData.Absent && got instanceof OnnxData.Absent)) {
      throw new AssertionError(name + ": expected " + want + ", got " + got);
    }
  }

  private static void check(String name, Literal want, Literal got) {
    if (!want.type().equals(got.type())) {
      throw new AssertionError(name + ": expected " + want.type() + ", got " + got.type());
    }
    var a = want.toNdArray();
    var b = got.toNdArray();
    boolean isFloat = want.type().dtype().isFloat();
    double relative = want.type().dtype() == DType.BF16 ? RELATIVE_BF16 : RELATIVE;
    for (int i = 0; i < a.size(); i++) {
      boolean equal = isFloat ? isNear(a.at(i), b.at(i), relative) : a.longAt(i) == b.longAt(i);
      if (!equal) {
        throw new AssertionError(
            "%s %s [%d]: expected %s, got %s".formatted(name, want.type(), i, a.at(i), b.at(i)));
      }
    }
  }

  private static boolean isNear(double want, double got, double relative) {
    if (Double.isNaN(want) || Double.isInfinite(want)) return Double.compare(want, got) == 0;
    return Math.abs(want - got) <= ABSOLUTE + relative * Math.abs(want);
  }
}
