package io.gatun.engine.cpu;

import java.util.List;
import java.util.function.IntFunction;

/// The transforms of Winograd's minimal filtering F(4, 3), each along one axis: `y = A^T ((G g) *
/// (B^T d))` gives 4 results of a filter of 3 taps from 6 values with 6 products.
///
/// The polynomials are evaluated at 0, +-3/4, +-3/2 and infinity. With the usual points 0, +-1, +-2
/// the sums round several times worse, for the powers of 2 differ more in size than these; the
/// squares of these are exact in single precision.
final class WinogradTransforms {
  /// Values that a transform takes from the input, products of a tile along an axis.
  static final int POINTS = 6;

  /// Values of a filter along an axis.
  static final int TAPS = 3;

  /// Results of a tile along an axis.
  static final int RESULTS = 4;

  /// Sets of rows of `B^T` that [#input] makes together: the rows before number `i + 1`'s.
  static final int GROUPS = 4;

  private static final double A = 0.75;
  private static final double B = 1.5;
  private static final double A2 = A * A;
  private static final double B2 = B * B;

  private WinogradTransforms() {}

  /// The first row of `B^T d` that is in a group.
  static int firstRow(int group) {
    return group == 0 ? 0 : 2 * group - 1;
  }

  /// The rows of `B^T d` of a group: the point 0, the pairs of points, infinity.
  static List<Ssa> input(Ir ir, int group, IntFunction<Ssa> d) {
    return switch (group) {
      case 0 -> List.of(ends(ir, d.apply(0), d.apply(2), d.apply(4)));
      case 1 -> pair(ir, d, A, B2);
      case 2 -> pair(ir, d, B, A2);
      case 3 -> List.of(ends(ir, d.apply(1), d.apply(3), d.apply(5)));
      default -> throw new IllegalArgumentException("group " + group);
    };
  }

  private static Ssa ends(Ir ir, Ssa low, Ssa middle, Ssa high) {
    Ssa upper = ir.fma(middle, Ir.number(middle, -(A2 + B2)), high);
    return ir.fma(low, Ir.number(low, A2 * B2), upper);
  }

  private static List<Ssa> pair(Ir ir, IntFunction<Ssa> d, double point, double otherSquare) {
    Ssa factor = Ir.number(d.apply(1), -otherSquare);
    Ssa even = ir.fma(d.apply(2), factor, d.apply(4));
    Ssa odd = ir.fma(d.apply(1), factor, d.apply(3));
    return List.of(
        ir.fma(odd, Ir.number(odd, point), even), ir.fma(odd, Ir.number(odd, -point), even));
  }

  /// `G g`
  static List<Ssa> filter(Ir ir, List<Ssa> g) {
    var first = points(ir, g, A, 2 * A2 * (A2 - B2));
    var second = points(ir, g, B, 2 * B2 * (B2 - A2));
    Ssa zero = ir.binary("fmul", g.get(0), Ir.number(g.get(0), 1 / (A2 * B2)));
    return List.of(zero, first.get(0), first.get(1), second.get(0), second.get(1), g.get(2));
  }

  private static List<Ssa> points(Ir ir, List<Ssa> g, double point, double divisor) {
    Ssa middle = g.get(1);
    Ssa even = ir.fma(g.get(2), Ir.number(middle, point * point), g.get(0));
    Ssa odd = ir.binary("fmul", middle, Ir.number(middle, point));
    Ssa scale = Ir.number(middle, 1 / divisor);
    return List.of(
        ir.binary("fmul", ir.binary("fadd", even, odd), scale),
        ir.binary("fmul", ir.binary("fsub", even, odd), scale));
  }

  /// `A^T m`
  static List<Ssa> output(Ir ir, List<Ssa> m) {
    Ssa sum1 = ir.binary("fadd", m.get(1), m.get(2));
    Ssa sum2 = ir.binary("fadd", m.get(3), m.get(4));
    Ssa difference1 = ir.binary("fsub", m.get(1), m.get(2));
    Ssa difference2 = ir.binary("fsub", m.get(3), m.get(4));
    Ssa y0 = ir.binary("fadd", ir.binary("fadd", sum1, sum2), m.get(0));
    Ssa y1 = powers(ir, difference1, A, difference2, B);
    Ssa y2 = powers(ir, sum1, A2, sum2, B2);
    Ssa y3 = ir.binary("fadd", powers(ir, difference1, A * A2, difference2, B * B2), m.get(5));
    return List.of(y0, y1, y2, y3);
  }

  private static Ssa powers(Ir ir, Ssa x, double a, Ssa y, double b) {
    return ir.fma(x, Ir.number(x, a), ir.binary("fmul", y, Ir.number(y, b)));
  }
}
