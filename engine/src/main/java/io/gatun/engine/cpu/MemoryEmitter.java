package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Writes loads and stores: contiguous lanes as vectors, others as gathers and scatters, under
/// masks where lanes must not touch memory.
final class MemoryEmitter {
  private record Address(Index offset) {}

  private final Ir ir;
  private final Scope scope;
  private final ExprEmitter exprs;
  private final IndexEmitter indices;

  MemoryEmitter(Ir ir, Scope scope, ExprEmitter exprs, IndexEmitter indices) {
    this.ir = ir;
    this.scope = scope;
    this.exprs = exprs;
    this.indices = indices;
  }

  Ssa load(ExprOp.Load load, DType dtype, int u) {
    Optional<Ssa> within = indices.within(load.bounds(), u);
    String element = Registers.memory(dtype);
    boolean scalar = !indices.varies(load.offset()) && within.map(w -> w.lanes() == 1).orElse(true);
    Ssa raw =
        scalar ? loadScalar(load, element, within) : loadVector(load, element, mask(within, u), u);
    return Registers.fromMemory(ir, dtype, raw);
  }

  /// A guarded scalar reads element 0 where its bounds fail, so that it can be read ahead.
  private Ssa loadScalar(ExprOp.Load load, String element, Optional<Ssa> within) {
    Ssa index = indices.scalar(load.offset());
    if (within.isPresent()) index = ir.select(within.get(), index, Ir.i64(0));
    Ssa address = ir.address(exprs.pointer(load.buffer()), element, index);
    return ir.emit(element, 1, "load " + element + ", " + address.typed());
  }

  private Optional<Ssa> mask(Optional<Ssa> within, int u) {
    int width = exprs.lanes().width();
    Optional<Ssa> bounds = within.map(w -> ir.splat(w, width));
    Optional<Ssa> tail = exprs.mask(u);
    if (bounds.isEmpty()) return tail;
    return tail.isEmpty() ? bounds : Optional.of(ir.binary("and", bounds.get(), tail.get()));
  }

  private Ssa loadVector(ExprOp.Load load, String element, Optional<Ssa> mask, int u) {
    Optional<Long> stride = indices.stride(load.offset());
    if (stride.isPresent() && Math.abs(stride.get()) == 1) {
      boolean reversed = stride.get() < 0;
      Ssa address = contiguous(load.buffer(), load.offset(), element, u, reversed);
      Ssa raw = loadFrom(address, element, reversed ? mask.map(this::reversed) : mask);
      return reversed ? reversed(raw) : raw;
    }
    Ssa addresses = scattered(load.buffer(), load.offset(), element, stride, u);
    int width = exprs.lanes().width();
    Ssa passive = zero(element, width);
    String suffix = passive.suffix();
    return ir.call(
        "llvm.masked.gather." + suffix + "." + addresses.suffix(),
        element,
        width,
        "",
        addresses,
        alignment(element),
        mask.orElse(Ir.integer("i1", width, 1)),
        passive);
  }

  private Ssa loadFrom(Ssa address, String element, Optional<Ssa> mask) {
    int width = exprs.lanes().width();
    return mask.map(m -> maskedLoad(ir, address, element, m))
        .orElseGet(() -> loadFirst(ir, address, element, width, width));
  }

  /// The vector at an address in the first `count` lanes, zeros in the others, whose memory is not
  /// touched.
  static Ssa loadFirst(Ir ir, Ssa address, String element, int lanes, int count) {
    if (count == lanes) {
      String load = "load " + Ssa.type(element, lanes) + ", " + address.typed();
      return ir.emit(element, lanes, load + ", align " + bytes(element));
    }
    var mask = LongStream.range(0, lanes).map(i -> i < count ? 1 : 0);
    return maskedLoad(ir, address, element, Ir.vector("i1", mask));
  }

  /// The vector at an address in the lanes of `mask`, zeros in the others, whose memory is not
  /// touched.
  static Ssa maskedLoad(Ir ir, Ssa address, String element, Ssa mask) {
    Ssa zero = zero(element, mask.lanes());
    return ir.call(
        "llvm.masked.load." + zero.suffix() + ".p0",
        element,
        mask.lanes(),
        "",
        address,
        alignment(element),
        mask,
        zero);
  }

  /// Address of the vector's element that is first in memory.
  private Ssa contiguous(int buffer, Index offset, String element, int u, boolean reversed) {
    int width = exprs.lanes().width();
    Ssa start =
        scope.known(
            indices.depth(offset),
            List.of(buffer, new Address(offset)),
            () -> ir.address(exprs.pointer(buffer), element, indices.scalar(offset)));
    long shift = reversed ? -(u * width + width - 1L) : (long) u * width;
    return shift == 0 ? start : ir.address(start, element, Ir.i64(shift));
  }

  /// Addresses of all lanes.
  private Ssa scattered(int buffer, Index offset, String element, Optional<Long> stride, int u) {
    Ssa base = exprs.pointer(buffer);
    Ssa index;
    if (stride.isPresent()) {
      base = ir.address(base, element, indices.scalar(offset));
      long reach = Math.abs(stride.get()) * (u + 1L) * exprs.lanes().width();
      index = indices.steps(stride.get(), u, reach < Integer.MAX_VALUE ? "i32" : "i64");
    } else {
      index = indices.vector(offset, u);
    }
    return ir.address(base, element, index);
  }

  private Ssa reversed(Ssa vector) {
    int width = vector.lanes();
    return ir.shuffle(vector, IntStream.range(0, width).map(i -> width - 1 - i));
  }

  void store(Store store, int u, boolean nontemporal) {
    DType dtype = store.value().dtype();
    String element = Registers.memory(dtype);
    if (!indices.varies(store.offset())) {
      Ssa value = Registers.toMemory(ir, dtype, exprs.value(store.value(), u));
      Ssa address =
          ir.address(exprs.pointer(store.buffer()), element, indices.scalar(store.offset()));
      ir.line("store " + value.typed() + ", " + address.typed());
      return;
    }
    Ssa value = Registers.toMemory(ir, dtype, exprs.vector(store.value(), u));
    Optional<Long> stride = indices.stride(store.offset());
    Optional<Ssa> mask = exprs.mask(u);
    if (stride.isPresent() && Math.abs(stride.get()) == 1) {
      boolean reversed = stride.get() < 0;
      Ssa address = contiguous(store.buffer(), store.offset(), element, u, reversed);
      storeTo(
          address,
          reversed ? reversed(value) : value,
          reversed ? mask.map(this::reversed) : mask,
          nontemporal);
      return;
    }
    Ssa addresses = scattered(store.buffer(), store.offset(), element, stride, u);
    callVoid(
        "llvm.masked.scatter." + value.suffix() + "." + addresses.suffix(),
        value,
        addresses,
        alignment(element),
        mask.orElse(Ir.integer("i1", value.lanes(), 1)));
  }

  /// Fetches the line of memory in which register `u` of a store begins, where lanes follow each
  /// other there.
  void prefetch(Store store, int u) {
    Optional<Long> stride = indices.stride(store.offset());
    if (stride.isEmpty() || stride.get() != 1) return;
    String element = Registers.memory(store.value().dtype());
    ir.prefetch(contiguous(store.buffer(), store.offset(), element, u, false), 3);
  }

  private void storeTo(Ssa address, Ssa value, Optional<Ssa> mask, boolean nontemporal) {
    if (mask.isEmpty()) {
      String end =
          nontemporal ? ", align 64, !nontemporal !0" : ", align " + bytes(value.element());
      ir.line("store " + value.typed() + ", " + address.typed() + end);
      return;
    }
    callVoid(
        "llvm.masked.store." + value.suffix() + ".p0",
        value,
        address,
        alignment(value.element()),
        mask.get());
  }

  private void callVoid(String name, Ssa... arguments) {
    var types = Arrays.stream(arguments).map(Ssa::type).toList();
    var values = Arrays.stream(arguments).map(Ssa::typed).toList();
    ir.module().declare("declare void @" + name + "(" + String.join(", ", types) + ")");
    ir.line("call void @" + name + "(" + String.join(", ", values) + ")");
  }

  private static Ssa alignment(String element) {
    return Ir.integer("i32", 1, bytes(element));
  }

  static int bytes(String element) {
    return switch (element) {
      case "double", "i64" -> 8;
      case "float", "i32" -> 4;
      case "half", "i16" -> 2;
      default -> 1;
    };
  }

  private static Ssa zero(String element, int lanes) {
    return new Ssa("zeroinitializer", element, lanes);
  }
}
