package io.gatun.engine.cpu;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.kernel.Fold;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Accumulates one fold in several vector registers. A float sum over many elements is kept in two
/// levels, so that its error grows with the square root of their number: [#flush] empties the lower
/// level into the upper one.
final class FoldEmitter {
  /// Position of lanes that hold no element yet; above every true position.
  private static final long NOWHERE = Integer.MAX_VALUE;

  private record Extreme(Ssa value, Ssa position) {}

  private final Ir ir;
  private final Reduce.Kind kind;
  private final DType dtype;
  private final int width;
  private final List<String> values = new ArrayList<>();
  private final List<String> positions = new ArrayList<>();
  private final List<String> totals = new ArrayList<>();
  private final boolean twoLevels;

  /// Accumulators of `vectors` registers of `width` lanes, holding the neutral element.
  FoldEmitter(Ir ir, Fold fold, int width, int vectors, boolean isLong) {
    this.ir = ir;
    this.width = width;
    kind = fold.kind();
    dtype = fold.value().dtype();
    twoLevels = isLong && kind == Reduce.Kind.SUM && dtype.isFloat();
    Ssa identity = identity();
    for (int u = 0; u < vectors; u++) {
      values.add(slot(identity));
      if (isPosition()) positions.add(slot(Ir.integer("i32", width, NOWHERE)));
      if (twoLevels) totals.add(slot(identity));
    }
  }

  private Ssa identity() {
    return Registers.constant(dtype, width, kind.identity(dtype));
  }

  private String slot(Ssa start) {
    String slot = ir.slot(start.type());
    ir.storeSlot(slot, start);
    return slot;
  }

  private boolean isPosition() {
    return kind == Reduce.Kind.ARGMAX || kind == Reduce.Kind.ARGMIN;
  }

  private Ssa load(String slot) {
    return ir.loadSlot(slot, Registers.register(dtype), width);
  }

  private Extreme extreme(int u) {
    return new Extreme(load(values.get(u)), ir.loadSlot(positions.get(u), "i32", width));
  }

  /// Adds the lanes of `value` that `mask` leaves to register `u`; `position` gives their places.
  void add(int u, Ssa value, Optional<Ssa> mask, IntFunction<Ssa> position) {
    Ssa old = load(values.get(u));
    if (isPosition()) {
      Ssa better = isBetter(value, old);
      if (mask.isPresent()) better = ir.binary("and", better, mask.get());
      Ssa place = ir.loadSlot(positions.get(u), "i32", width);
      ir.storeSlot(values.get(u), ir.select(better, value, old));
      ir.storeSlot(positions.get(u), ir.select(better, position.apply(u), place));
      return;
    }
    Ssa sum = combine(value, old);
    ir.storeSlot(values.get(u), mask.isPresent() ? ir.select(mask.get(), sum, old) : sum);
  }

  private Ssa combine(Ssa a, Ssa b) {
    var arithmetic = new Arithmetic(ir, dtype);
    return switch (kind) {
      case SUM -> arithmetic.binary(Binary.Kind.ADD, a, b);
      case PROD -> arithmetic.binary(Binary.Kind.MUL, a, b);
      case MAX -> arithmetic.foldedExtreme(Binary.Kind.MAX, a, b);
      case MIN -> arithmetic.foldedExtreme(Binary.Kind.MIN, a, b);
      case ARGMAX, ARGMIN -> throw new IllegalStateException("positions are not combined");
    };
  }

  /// Strictly beyond the best so far, or the first NaN.
  private Ssa isBetter(Ssa value, Ssa best) {
    var arithmetic = new Arithmetic(ir, dtype);
    var compare = kind == Reduce.Kind.ARGMAX ? Binary.Kind.GT : Binary.Kind.LT;
    Ssa beyond = arithmetic.binary(compare, value, best);
    if (!dtype.isFloat()) return beyond;
    Ssa firstNan =
        ir.binary("and", ir.binary("fcmp uno", value, value), ir.binary("fcmp ord", best, best));
    return ir.binary("or", beyond, firstNan);
  }

  /// True when [#flush] has to be called now and then.
  boolean wantsFlush() {
    return twoLevels;
  }

  void flush() {
    for (int u = 0; u < totals.size(); u++) {
      Ssa total = ir.binary("fadd", load(totals.get(u)), load(values.get(u)));
      ir.storeSlot(totals.get(u), total);
      ir.storeSlot(values.get(u), identity());
    }
  }

  /// The result in every register, where each lane has a fold of its own.
  List<Ssa> lanes() {
    if (twoLevels) flush();
    return IntStream.range(0, values.size()).mapToObj(this::lane).toList();
  }

  private Ssa lane(int u) {
    return isPosition() ? place(extreme(u)) : load((twoLevels ? totals : values).get(u));
  }

  /// All lanes of all registers folded into one, pairwise, always in the same order.
  Ssa folded() {
    if (twoLevels) flush();
    if (isPosition()) return place(foldedExtreme());
    var rest = new ArrayList<Ssa>();
    for (int u = 0; u < values.size(); u++) rest.add(lane(u));
    while (rest.size() > 1) {
      for (int i = 0; i + 1 < rest.size(); i++) {
        rest.set(i, combine(rest.get(i), rest.remove(i + 1)));
      }
    }
    Ssa vector = rest.getFirst();
    while (vector.lanes() > 1) {
      int half = vector.lanes() / 2;
      Ssa low = ir.shuffle(vector, IntStream.range(0, half));
      Ssa high = upper(vector);
      vector = combine(low, high);
    }
    return vector;
  }

  private Ssa upper(Ssa vector) {
    int half = vector.lanes() / 2;
    return half == 1 ? ir.extract(vector, 1) : ir.shuffle(vector, IntStream.range(half, 2 * half));
  }

  private Ssa lower(Ssa vector) {
    int half = vector.lanes() / 2;
    return ir.shuffle(vector, IntStream.range(0, half));
  }

  private Extreme foldedExtreme() {
    Extreme best = extreme(0);
    for (int u = 1; u < values.size(); u++) best = better(best, extreme(u));
    while (best.value.lanes() > 1) {
      best =
          better(
              new Extreme(lower(best.value), lower(best.position)),
              new Extreme(upper(best.value), upper(best.position)));
    }
    return best;
  }

  private Extreme better(Extreme a, Extreme b) {
    Ssa beyond = isBetter(b.value, a.value);
    Ssa behind = isBetter(a.value, b.value);
    Ssa equal = ir.binary("xor", ir.binary("or", beyond, behind), -1);
    Ssa earlier = ir.binary("icmp slt", b.position, a.position);
    Ssa chooseB = ir.binary("or", beyond, ir.binary("and", equal, earlier));
    return new Extreme(
        ir.select(chooseB, b.value, a.value), ir.select(chooseB, b.position, a.position));
  }

  /// No element was beyond the neutral one only if all are equal to it: then the first is the best.
  private Ssa place(Extreme best) {
    Ssa nowhere = ir.binary("icmp eq", best.position, NOWHERE);
    return ir.select(nowhere, Ir.integer(best.position, 0), best.position);
  }
}
