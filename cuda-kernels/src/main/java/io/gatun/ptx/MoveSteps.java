package io.gatun.ptx;

/// Moves that are no operation on whole rows alone.
final class MoveSteps {
  private MoveSteps() {}

  /// Lanes of a vector, from or to a register that holds them all.
  ///
  /// @param bits width of a part: 8, 16, 32
  private static long part(Warp warp, int row, int bits, int lane) {
    return warp.ints[row][lane] & -1L >>> 64 - bits;
  }

  /// `mov.b64 d, {a, b}` and the like.
  static final class Pack extends Step {
    private final int d;
    private final boolean wide;
    private final int[] parts;
    private final int bits;

    Pack(PtxInstruction instruction, int d, boolean wide, int[] parts, int bits) {
      super(instruction);
      this.d = d;
      this.wide = wide;
      this.parts = parts;
      this.bits = bits;
      this.counter = Counter.MOVE_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        var value = 0L;
        for (var i = 0; i < parts.length; i++) {
          value |= part(warp, parts[i], bits, lane) << i * bits;
        }
        if (wide) {
          warp.longs[d][lane] = value;
        } else {
          warp.ints[d][lane] = (int) value;
        }
      }
    }
  }

  /// `mov.b64 {a, b}, d` and the like.
  static final class Unpack extends Step {
    private final int[] parts;
    private final int a;
    private final boolean wide;
    private final int bits;

    /// @param parts rows; [LoadStep#NOWHERE] for what nobody wants
    Unpack(PtxInstruction instruction, int[] parts, int a, boolean wide, int bits) {
      super(instruction);
      this.parts = parts;
      this.a = a;
      this.wide = wide;
      this.bits = bits;
      this.counter = Counter.MOVE_INSTRUCTIONS;
    }

    @Override
    void execute(Warp warp, int mask) {
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        var value = wide ? warp.longs[a][lane] : warp.ints[a][lane];
        for (var i = 0; i < parts.length; i++) {
          if (parts[i] != LoadStep.NOWHERE) {
            warp.ints[parts[i]][lane] = (int) (value >>> i * bits & -1L >>> 64 - bits);
          }
        }
      }
    }
  }

  /// `bfi`: a field of one register put into another.
  static final class InsertField extends Step {
    private final int d;
    private final int field;
    private final int into;
    private final int position;
    private final int length;
    private final boolean wide;

    InsertField(
        PtxInstruction instruction,
        int d,
        int field,
        int into,
        int position,
        int length,
        boolean wide) {
      super(instruction);
      this.d = d;
      this.field = field;
      this.into = into;
      this.position = position;
      this.length = length;
      this.wide = wide;
    }

    @Override
    void execute(Warp warp, int mask) {
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        var p = warp.ints[position][lane];
        var n = warp.ints[length][lane];
        if (wide) {
          warp.longs[d][lane] =
              BitOperations.insert(warp.longs[field][lane], warp.longs[into][lane], p, n, 64);
        } else {
          warp.ints[d][lane] =
              (int) BitOperations.insert(warp.ints[field][lane], warp.ints[into][lane], p, n, 32);
        }
      }
    }
  }

  /// Operations on predicates.
  static final class Predicates extends Step {
    /// A function of masks.
    @FunctionalInterface
    interface Operator {
      int apply(int a, int b);
    }

    private final Operator operator;
    private final int d;
    private final int a;
    private final int b;

    Predicates(PtxInstruction instruction, Operator operator, int d, int a, int b) {
      super(instruction);
      this.operator = operator;
      this.d = d;
      this.a = a;
      this.b = b;
    }

    @Override
    void execute(Warp warp, int mask) {
      warp.setPredicate(d, mask, operator.apply(warp.predicates[a], warp.predicates[b]));
    }
  }

  /// A predicate as a number: `set`.
  static final class FromPredicate extends Step {
    private final int d;
    private final int predicate;
    private final int whenTrue;

    FromPredicate(PtxInstruction instruction, int d, int predicate, int whenTrue) {
      super(instruction);
      this.d = d;
      this.predicate = predicate;
      this.whenTrue = whenTrue;
    }

    @Override
    void execute(Warp warp, int mask) {
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        warp.ints[d][lane] = (warp.predicates[predicate] >>> lane & 1) != 0 ? whenTrue : 0;
      }
    }
  }
}
