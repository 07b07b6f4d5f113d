package io.gatun.engine.cpu;

import io.gatun.engine.cpu.llvm.CompileOptions;
import io.gatun.engine.cpu.llvm.KernelCall;
import io.gatun.engine.cpu.llvm.NativeModule;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.tensor.NdArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Compiles one contraction and runs it on arrays.
final class ContractRunner implements AutoCloseable {
  static final CompileOptions OPTIONS =
      new CompileOptions("function(sroa,early-cse)", Optional.empty());

  /// Bytes before and behind each array that must stay as they are.
  private static final long GUARD = 128;

  private static final byte PATTERN = (byte) 0xA5;

  private final Arena arena = Arena.ofShared();
  private final ContractKernel kernel;
  private final List<Integer> slots;
  private final Lowered lowered;
  private final NativeModule module;
  private final String text;

  ContractRunner(ContractKernel kernel, List<Integer> slots, Set<Integer> constants, int bytes) {
    this(kernel, slots, constants, bytes, ByteDot.NONE);
  }

  ContractRunner(
      ContractKernel kernel, List<Integer> slots, Set<Integer> constants, int bytes, ByteDot dot) {
    this.kernel = kernel;
    this.slots = slots;
    var ir = new IrModule();
    lowered = ContractLowering.lower(ir, "k", kernel, slots, constants, free(), bytes, dot);
    text = ir.text();
    module = NativeModule.compile(text, OPTIONS);
  }

  private int free() {
    return slots.stream().mapToInt(s -> s).max().orElse(0) + 1;
  }

  Lowered lowered() {
    return lowered;
  }

  String text() {
    return text;
  }

  /// The contents of all buffers afterwards; units are cut into calls at random places.
  List<NdArray> run(List<NdArray> contents, Random cuts) {
    int entries = free() + lowered.workspaces().size();
    var memory = new MemorySegment[entries];
    var guarded = new MemorySegment[entries];
    for (int b = 0; b < contents.size(); b++) {
      long bytes = contents.get(b).type().bytes();
      var all = arena.allocate(bytes + 2 * GUARD, 64).fill(PATTERN);
      guarded[slots.get(b)] = all;
      memory[slots.get(b)] = all.asSlice(GUARD, bytes);
    }
    for (int b = 0; b < contents.size(); b++) contents.get(b).copyTo(memory[slots.get(b)]);
    for (var w : lowered.workspaces()) {
      // NaN as float: reading what nobody wrote shows.
      memory[w.slot()] = arena.allocate(w.bytes(), 64).fill((byte) 0xFF);
    }
    var table = arena.allocate(8L * entries, 8);
    for (int i = 0; i < entries; i++) {
      if (memory[i] != null) table.setAtIndex(ValueLayout.JAVA_LONG, i, memory[i].address());
    }
    for (var phase : lowered.phases()) {
      var function = module.function(phase.name());
      var scratch = arena.allocate(phase.scratchBytes() + 64, 64).fill((byte) 0xFF);
      for (long begin = 0; begin < phase.units(); ) {
        long end = Math.min(phase.units(), begin + 1 + cuts.nextInt(5));
        KernelCall.invoke(function, table.address(), scratch.address(), begin, end);
        begin = end;
      }
    }
    var after = new ArrayList<NdArray>();
    for (int b = 0; b < contents.size(); b++) {
      var type = contents.get(b).type();
      var slice = memory[slots.get(b)];
      after.add(NdArray.of(type, slice));
      checkGuards(guarded[slots.get(b)], b);
    }
    return after;
  }

  private void checkGuards(MemorySegment all, int buffer) {
    long end = all.byteSize() - GUARD;
    for (long i = 0; i < GUARD; i++) {
      if (all.get(ValueLayout.JAVA_BYTE, i) != PATTERN
          || all.get(ValueLayout.JAVA_BYTE, end + i) != PATTERN) {
        throw new AssertionError("wrote beside buffer " + buffer + " of " + kernel);
      }
    }
  }

  @Override
  public void close() {
    module.close();
    arena.close();
  }
}
