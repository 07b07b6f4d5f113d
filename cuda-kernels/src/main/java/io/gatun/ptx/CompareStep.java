package io.gatun.ptx;

/// `setp`: compares two rows into a predicate, perhaps combined with another predicate, and perhaps
/// the opposite into a second one. Also `testp`.
final class CompareStep extends Step {
  /// Compares the lanes of two rows; bit `l` of the result is lane `l`'s.
  @FunctionalInterface
  interface Test {
    int apply(Warp warp, int a, int b);
  }

  /// How the result is combined with the third source.
  enum Combination {
    NONE,
    AND,
    OR,
    XOR;

    int apply(int compared, int other) {
      return switch (this) {
        case NONE -> compared;
        case AND -> compared & other;
        case OR -> compared | other;
        case XOR -> compared ^ other;
      };
    }
  }

  /// Stands for a predicate nobody wants.
  static final int NOWHERE = -1;

  private final Test test;
  private final int a;
  private final int b;
  private final int first;
  private final int second;
  private final Combination combination;
  private final int other;
  private final boolean otherNegated;

  CompareStep(
      PtxInstruction instruction,
      Test test,
      int a,
      int b,
      int first,
      int second,
      Combination combination,
      int other,
      boolean otherNegated) {
    super(instruction);
    this.test = test;
    this.a = a;
    this.b = b;
    this.first = first;
    this.second = second;
    this.combination = combination;
    this.other = other;
    this.otherNegated = otherNegated;
  }

  @Override
  void execute(Warp warp, int mask) {
    var bits = test.apply(warp, a, b);
    var third = combination == Combination.NONE ? 0 : warp.predicates[other];
    var with = otherNegated ? ~third : third;
    if (first != NOWHERE) {
      warp.setPredicate(first, mask, combination.apply(bits, with));
    }
    if (second != NOWHERE) {
      warp.setPredicate(second, mask, combination.apply(~bits, with));
    }
  }
}
