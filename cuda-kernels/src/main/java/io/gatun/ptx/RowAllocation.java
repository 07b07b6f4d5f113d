package io.gatun.ptx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;

/// Puts the thousands of registers of a kernel, most of which are written once, into few rows, so
/// that the registers of a warp stay in the cache of the host: linear scan over live ranges.
///
/// A range is the hull of all places where the register is live. Sharing a row is right for
/// diverged warps too, since every lane follows one path and writes only its own lane.
final class RowAllocation {
  private final PtxFunction function;
  private final ControlFlow flow;
  private final List<OperandRoles> roles;
  private final Map<PtxRegister, Integer> numbers = new HashMap<>();
  private final List<PtxRegister> registers = new ArrayList<>();
  private final Map<PtxRegister, Integer> rows = new HashMap<>();
  private final int[] used = new int[3];
  private int[] first = {};
  private int[] last = {};

  /// @param reserved rows of 32-bit and of 64-bit lanes that are taken already
  RowAllocation(PtxFunction function, ControlFlow flow, int reserved) {
    this.function = function;
    this.flow = flow;
    this.roles = function.instructions().stream().map(OperandRoles::of).toList();
    used[kind(false, false)] = reserved;
    used[kind(false, true)] = reserved;
    number();
    findRanges();
    scan();
  }

  /// Row of a register.
  int row(PtxRegister register) {
    return rows.computeIfAbsent(register, this::fresh);
  }

  private int fresh(PtxRegister register) {
    return used[kind(register.isPredicate(), register.isWide())]++;
  }

  /// A row of 32-bit lanes that nothing else uses.
  int freshInt() {
    return used[kind(false, false)]++;
  }

  /// A row of 64-bit lanes that nothing else uses.
  int freshLong() {
    return used[kind(false, true)]++;
  }

  /// A predicate that nothing else uses.
  int freshPredicate() {
    return used[kind(true, false)]++;
  }

  int intRows() {
    return used[kind(false, false)];
  }

  int longRows() {
    return used[kind(false, true)];
  }

  int predicates() {
    return used[kind(true, false)];
  }

  private static int kind(boolean predicate, boolean wide) {
    return predicate ? 2 : wide ? 1 : 0;
  }

  private void number() {
    for (var i = 0; i < roles.size(); i++) {
      roles.get(i).written().forEach(this::number);
      roles.get(i).read().forEach(this::number);
      function.instructions().get(i).guard().ifPresent(this::number);
    }
    first = new int[registers.size()];
    last = new int[registers.size()];
    Arrays.fill(first, Integer.MAX_VALUE);
    Arrays.fill(last, -1);
  }

  private void number(PtxRegister register) {
    if (numbers.putIfAbsent(register, registers.size()) == null) {
      registers.add(register);
    }
  }

  private void findRanges() {
    var liveIn = new BitSet[flow.blocks() + 1];
    for (var i = 0; i < liveIn.length; i++) {
      liveIn[i] = new BitSet();
    }
    for (var changed = true; changed; ) {
      changed = false;
      for (var block = flow.blocks() - 1; block >= 0; block--) {
        var live = liveOut(block, liveIn);
        for (var i = flow.end(block) - 1; i >= flow.start(block); i--) {
          step(i, live);
        }
        if (!live.equals(liveIn[block])) {
          liveIn[block] = live;
          changed = true;
        }
      }
    }
    for (var block = 0; block < flow.blocks(); block++) {
      var live = liveOut(block, liveIn);
      extend(live, 2 * flow.end(block) - 1);
      for (var i = flow.end(block) - 1; i >= flow.start(block); i--) {
        for (var register : roles.get(i).written()) {
          extend(numbers.get(register), 2 * i + 1);
        }
        step(i, live);
        extend(live, 2 * i);
      }
    }
  }

  private BitSet liveOut(int block, BitSet[] liveIn) {
    var live = new BitSet();
    for (var successor : flow.successorsOf(block)) {
      live.or(liveIn[successor]);
    }
    return live;
  }

  /// From what is live behind an instruction to what is live before it. A guarded write may leave
  /// the old value in place, so it ends no range.
  private void step(int index, BitSet live) {
    var guard = function.instructions().get(index).guard();
    for (var register : roles.get(index).written()) {
      live.set(numbers.get(register), guard.isPresent() && live.get(numbers.get(register)));
    }
    for (var register : roles.get(index).read()) {
      live.set(numbers.get(register));
    }
    guard.ifPresent(register -> live.set(numbers.get(register)));
  }

  private void extend(BitSet live, int position) {
    for (var i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
      extend(i, position);
    }
  }

  private void extend(int register, int position) {
    first[register] = Math.min(first[register], position);
    last[register] = Math.max(last[register], position);
  }

  private void scan() {
    var order = new ArrayList<>(registers);
    order.sort(Comparator.comparingInt(register -> first[numbers.get(register)]));
    var active =
        new PriorityQueue<PtxRegister>(
            Comparator.comparingInt(register -> last[numbers.get(register)]));
    var free = List.of(new TreeSet<Integer>(), new TreeSet<Integer>(), new TreeSet<Integer>());
    for (var register : order) {
      var start = first[numbers.get(register)];
      while (!active.isEmpty() && last[numbers.get(active.peek())] < start) {
        var ended = active.poll();
        free.get(kind(ended.isPredicate(), ended.isWide())).add(rows.get(ended));
      }
      var available = free.get(kind(register.isPredicate(), register.isWide()));
      rows.put(register, available.isEmpty() ? fresh(register) : available.pollFirst());
      active.add(register);
    }
  }
}
