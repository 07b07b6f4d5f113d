package io.gatun.ptx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
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
  private final Set<PtxRegister> floats;
  private final Map<RowKind, Integer> used = new EnumMap<>(RowKind.class);
  private int[] first = {};
  private int[] last = {};

  /// @param reserved rows of lanes of each kind that are taken already
  RowAllocation(PtxFunction function, ControlFlow flow, int reserved) {
    this.function = function;
    this.flow = flow;
    this.roles = function.instructions().stream().map(OperandRoles::of).toList();
    this.floats = FloatRegisters.of(function);
    used.putAll(Map.of(RowKind.INTS, reserved, RowKind.LONGS, reserved));
    used.putAll(Map.of(RowKind.FLOATS, reserved, RowKind.PREDICATES, 0));
    number();
    findRanges();
    scan();
  }

  /// Row of a register.
  int row(PtxRegister register) {
    return rows.computeIfAbsent(register, this::fresh);
  }

  private int fresh(PtxRegister register) {
    return fresh(kind(register));
  }

  /// A row that nothing else uses.
  int fresh(RowKind kind) {
    return used.merge(kind, 1, Integer::sum) - 1;
  }

  /// Rows of this kind, so far.
  int count(RowKind kind) {
    return used.get(kind);
  }

  /// Kind of a register's row.
  RowKind kind(PtxRegister register) {
    return register.isPredicate()
        ? RowKind.PREDICATES
        : register.isWide()
            ? RowKind.LONGS
            : floats.contains(register) ? RowKind.FLOATS : RowKind.INTS;
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
    var free = new EnumMap<RowKind, TreeSet<Integer>>(RowKind.class);
    for (var kind : RowKind.values()) {
      free.put(kind, new TreeSet<>());
    }
    for (var register : order) {
      var start = first[numbers.get(register)];
      while (!active.isEmpty() && last[numbers.get(active.peek())] < start) {
        var ended = active.poll();
        free.get(kind(ended)).add(rows.get(ended));
      }
      var available = free.get(kind(register));
      var row = available.isEmpty() ? fresh(register) : sumIn(available, register, start);
      available.remove(row);
      rows.put(register, row);
      active.add(register);
    }
  }

  /// A free row for a register: that of the last source of the instruction that writes it where it
  /// is free, so that sums stay where they are.
  private int sumIn(TreeSet<Integer> available, PtxRegister register, int start) {
    var read = start % 2 == 1 ? roles.get(start / 2).read() : List.<PtxRegister>of();
    if (read.isEmpty() || kind(read.getLast()) != kind(register)) {
      return available.first();
    }
    var row = rows.get(read.getLast());
    return row != null && available.contains(row) ? row : available.first();
  }
}
