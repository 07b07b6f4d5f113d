package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import java.util.List;

/// Asserts that a rewritten graph is valid and keeps signature and values of the original.
final class ValueCheck {
  private ValueCheck() {}

  static void assertPreserves(Graph before, Graph after, List<NdArray> arguments, String message) {
    var text = message + "\n" + before + "became\n" + after;
    Verifier.verify(after);
    assertEquals(
        before.inputs().stream().map(n -> n.op()).toList(),
        after.inputs().stream().map(n -> n.op()).toList(),
        text);
    assertEquals(
        before.outputs().stream().map(ValueCheck::signature).toList(),
        after.outputs().stream().map(ValueCheck::signature).toList(),
        text);
    var expected = before.evaluate(arguments);
    var actual = after.evaluate(arguments);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(expected.get(i), actual.get(i), text);
    }
  }

  private static String signature(Output output) {
    return output.name() + output.node().type() + output.updates().map(u -> u.op().text());
  }

  /// Differences are those of constants rounded at another place and of reassociated sums.
  private static void assertClose(NdArray expected, NdArray actual, String text) {
    assertEquals(expected.type(), actual.type(), text);
    var dtype = expected.type().dtype();
    for (int i = 0; i < expected.size(); i++) {
      boolean close =
          dtype.isFloat()
              ? isClose(dtype, expected.at(i), actual.at(i))
              : expected.longAt(i) == actual.longAt(i);
      if (!close) {
        throw new AssertionError(
            "element " + i + ": " + expected.at(i) + " became " + actual.at(i) + "\n" + text);
      }
    }
  }

  private static boolean isClose(DType dtype, double expected, double actual) {
    double tolerance =
        switch (dtype) {
          case F32, F64 -> 1e-5;
          case F16 -> 0x1p-10;
          case BF16 -> 0x1p-7;
          case I64, I32, I16, I8, U8, BOOL -> 0;
        };
    return expected == actual
        || Double.isNaN(expected) && Double.isNaN(actual)
        || dtype.round(expected) == dtype.round(actual)
        || Math.abs(expected - actual) <= tolerance * (1 + Math.abs(expected));
  }
}
