package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/// Lowers sorts to LLVM IR. A unit is one row. Its keys become unsigned numbers of the same order;
/// in a short row each key's place is the number of keys before it, counted for a vector of keys at
/// once; a long row is sorted digit by digit.
final class SortLowering {
  /// Rows up to this length are sorted by counting.
  private static final long SHORT = 96;

  /// Rows from this length on are worth long digits.
  private static final long LONG = 8192;

  private final SortKernel kernel;
  private final TableFunction f;
  private final DType dtype;
  private final String key;
  private final int keyBits;
  private final long count;
  private final int vectorBytes;
  private final Axis inner;

  private SortLowering(
      IrModule module, String name, SortKernel kernel, List<Integer> slots, int vectorBytes) {
    this.kernel = kernel;
    this.vectorBytes = vectorBytes;
    f = new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    dtype = kernel.key().dtype();
    key = dtype.bytes() == 8 ? "i64" : "i32";
    keyBits = 8 * dtype.bytes();
    count = ContractKernel.size(kernel.inner());
    inner = Axis.of(kernel.inner(), places());
  }

  private List<Index> places() {
    var places = new ArrayList<Index>(ContractIndices.of(kernel.key()));
    places.add(kernel.offset());
    return places;
  }

  /// Adds the function `name` of `kernel` to `module`.
  ///
  /// @param slots entry of each of the kernel's buffers in the table of addresses
  /// @param vectorBytes size of the machine's vector registers
  static Lowered lower(
      IrModule module, String name, SortKernel kernel, List<Integer> slots, int vectorBytes) {
    var lowering = new SortLowering(module, name, kernel, slots, vectorBytes);
    return new Lowered(List.of(lowering.phase(name)), List.of());
  }

  private Lowered.Phase phase(String name) {
    boolean isShort = count <= SHORT;
    var outer = Axis.of(orUnit(kernel.outer()), places());
    var sort = new RadixSort(count, key, keyBits, count < LONG ? 8 : 11);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> {
          outer.bind(f.ir, f.scope, unit);
          f.exprs.use(Lanes.SCALAR);
          if (isShort) byCounting();
          else byDigits(sort);
        });
    f.define("");
    double cycles =
        isShort
            ? 20 + count * (4.0 + 4.0 * Math.ceilDiv(count, width()))
            : sort.passes() * (256 + 4.0 * count);
    long scratch = isShort ? 2 * room() + 64 : sort.bytes();
    return new Lowered.Phase(
        name,
        ContractKernel.size(kernel.outer()),
        Math.max(1, (long) (20_000 / cycles)),
        scratch,
        false);
  }

  private static List<Var> orUnit(List<Var> variables) {
    return variables.isEmpty() ? List.of(new Var(-1, "unit", 1)) : variables;
  }

  private int width() {
    return vectorBytes / MemoryEmitter.bytes(key);
  }

  /// Bytes of the keys of a short row, up to a whole vector.
  private long room() {
    return Math.ceilDiv(count, width()) * vectorBytes;
  }

  private void writeKeys(Ssa to) {
    new RunLoops(f, inner)
        .each(position -> f.store(unsigned(f.exprs.value(kernel.key(), 0)), to, position));
  }

  private void write(Ssa place, Ssa position) {
    inner.bind(f.ir, f.scope, place);
    Ssa at = f.exprs.indices().scalar(kernel.offset());
    f.store(f.ir.convert("trunc", position, "i32"), f.exprs.pointer(kernel.target()), at);
  }

  /// The value as an unsigned number of the same order, or of the opposite one if descending.
  private Ssa unsigned(Ssa value) {
    Ssa bits = dtype.isFloat() ? ofFloat(value) : ofInteger(value);
    return kernel.descending() ? f.ir.binary("xor", bits, constant(-1)) : bits;
  }

  /// The constant of type [#key] of which the lowest [#keyBits] bits are these.
  private long constant(long bits) {
    return keyBits >= 32 ? bits : bits & (1L << keyBits) - 1;
  }

  private Ssa ofInteger(Ssa value) {
    boolean signed = dtype != DType.U8 && dtype != DType.BOOL;
    Ssa wide = value.element().equals(key) ? value : f.ir.convert("zext", value, key);
    return signed ? f.ir.binary("xor", wide, constant(signBit())) : wide;
  }

  private long signBit() {
    return Long.MIN_VALUE >> 64 - keyBits;
  }

  /// A negative number's bits are inverted, a positive one's sign set. Adding 0 makes -0 into 0.
  private Ssa ofFloat(Ssa value) {
    Ssa number = f.ir.binary("fadd", value, Ir.number(value, 0));
    Ssa isNumber = f.ir.binary("fcmp ord", value, value);
    Ssa canonical = f.ir.select(isNumber, number, Ir.number(value, Double.NaN));
    Ssa raw = f.ir.convert("bitcast", Registers.toMemory(f.ir, dtype, canonical), "i" + keyBits);
    Ssa sign = f.ir.binary("ashr", raw, keyBits - 1);
    Ssa flip = f.ir.binary("or", sign, signBit());
    Ssa bits = f.ir.binary("xor", raw, flip);
    return keyBits < 32 ? f.ir.convert("zext", bits, key) : bits;
  }

  private void byDigits(RadixSort sort) {
    Ssa memory = TableFunction.pointer("scratch");
    writeKeys(sort.keys(f, memory, 0));
    sort.sort(f, memory);
    Ssa positions = sort.positions(f, memory, sort.passes());
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(kernel.count()),
        1,
        kernel.count() > 0,
        i -> write(i, f.ir.convert("zext", f.load("i32", positions, i), "i64")));
  }

  /// The place of key `i` is the number of keys that are less, or equal and before it.
  private void byCounting() {
    Ssa keys = TableFunction.pointer("scratch");
    Ssa places = f.ir.address(keys, "i8", Ir.i64(room()));
    writeKeys(keys);
    f.scope.loop(Ir.i64(0), Ir.i64(count), width(), true, i -> f.store(places(keys, i), places, i));
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(count),
        1,
        true,
        i -> {
          Ssa place = f.load(key, places, i);
          Ssa wide = key.equals("i64") ? place : f.ir.convert("zext", place, "i64");
          if (kernel.count() == count) write(wide, i);
          else f.scope.when(f.ir.binary("icmp ult", wide, kernel.count()), () -> write(wide, i));
        });
  }

  private Ssa places(Ssa keys, Ssa first) {
    Ssa address = f.ir.address(keys, key, first);
    String type = Ssa.type(key, width());
    Ssa own =
        f.ir.emit(
            key,
            width(),
            "load " + type + ", " + address.typed() + ", align " + MemoryEmitter.bytes(key));
    Ssa start = key.equals("i64") ? first : f.ir.convert("trunc", first, key);
    Ssa lanes =
        f.ir.binary(
            "add", f.ir.splat(start, width()), Ir.vector(key, LongStream.range(0, width())));
    String slot = f.ir.slot(type);
    f.ir.storeSlot(slot, Ir.integer(own, 0));
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(count),
        1,
        true,
        j -> {
          Ssa other = f.ir.splat(f.load(key, keys, j), width());
          Ssa at = f.ir.splat(key.equals("i64") ? j : f.ir.convert("trunc", j, key), width());
          Ssa isEqual = f.ir.binary("icmp eq", other, own);
          Ssa isBefore = f.ir.binary("and", isEqual, f.ir.binary("icmp slt", at, lanes));
          Ssa counts = f.ir.binary("or", f.ir.binary("icmp ult", other, own), isBefore);
          Ssa sum = f.ir.loadSlot(slot, key, width());
          f.ir.storeSlot(slot, f.ir.binary("add", sum, f.ir.convert("zext", counts, key)));
        });
    return f.ir.loadSlot(slot, key, width());
  }
}
