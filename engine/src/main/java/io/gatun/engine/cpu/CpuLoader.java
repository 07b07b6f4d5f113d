package io.gatun.engine.cpu;

import io.gatun.engine.EngineException;
import io.gatun.engine.Signature;
import io.gatun.engine.memory.LargePages;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.Literal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/// Makes the code of a plan ready to run: places the arena and the constants, and packs what can be
/// packed once.
final class CpuLoader {
  private final CpuProgram program;
  private final ThreadPool pool;
  private final SharedConstants constants;
  private final Arena memory = Arena.ofShared();
  private final List<SharedConstants.Held> held = new ArrayList<>();
  private Optional<CompiledCode> code = Optional.empty();
  private long sharedWorkspace;

  private CpuLoader(CpuProgram program, ThreadPool pool, SharedConstants constants) {
    this.program = program;
    this.pool = pool;
    this.constants = constants;
  }

  /// Compiles a plan and loads it: generates the text of all kernels, those of loop bodies too, and
  /// compiles it.
  ///
  /// @param constants what plans of the device pack once for all
  static CpuExecutable load(Plan plan, ThreadPool pool, SharedConstants constants) {
    var module = new IrModule();
    var lowered = PlanCode.lower(plan, module);
    return load(
        new CpuProgram(Signature.of(plan), lowered, plan.memory().arenaBytes()),
        () -> plan,
        () -> CompiledCode.compile(module),
        pool,
        constants);
  }

  /// Loads compiled code.
  ///
  /// @param plan what the program was made from
  /// @param code is asked for after the memory was found to suffice
  /// @param constants what plans of the device pack once for all
  static CpuExecutable load(
      CpuProgram program,
      Supplier<Plan> plan,
      Supplier<CompiledCode> code,
      ThreadPool pool,
      SharedConstants constants) {
    var loader = new CpuLoader(program, pool, constants);
    try {
      return loader.load(plan, code);
    } catch (OutOfMemoryError e) {
      loader.close();
      throw new EngineException(
          "load: out of memory: the plan's arena of %d bytes and scratch memory of %d threads x %d bytes do not fit; use a smaller batch or a machine with more memory"
              .formatted(program.arenaBytes(), pool.threads(), program.code().allScratchBytes()),
          e);
    } catch (RuntimeException | Error e) {
      loader.close();
      throw e;
    }
  }

  /// The text of all kernels of a plan.
  static String source(Plan plan) {
    var module = new IrModule();
    PlanCode.lower(plan, module);
    return module.text();
  }

  private CpuExecutable load(Supplier<Plan> plan, Supplier<CompiledCode> source) {
    var lowered = program.code();
    long[] scratch = new long[pool.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = allocate(lowered.allScratchBytes(), 4096);
    }
    // Workspaces that keep nothing between steps are used by one at a time and share memory.
    sharedWorkspace = allocate(lowered.transientBytes(), 64);
    var loaded = new LoadedPlan(lowered, this, allocate(program.arenaBytes(), 4096));
    var functions = source.get();
    code = Optional.of(functions);
    loaded.finish(new TaskLoader(functions, scratch, pool));
    return new CpuExecutable(program, plan, loaded, functions, this::close, pool);
  }

  private void close() {
    code.ifPresent(CompiledCode::close);
    held.forEach(SharedConstants.Held::close);
    memory.close();
  }

  // --- memory

  /// Memory for as long as the plan is loaded.
  long allocate(long bytes, long alignment) {
    return LargePages.allocate(memory, Math.max(64, bytes), alignment).address();
  }

  /// A table of this many addresses.
  MemorySegment table(int slots) {
    return memory.allocate(ValueLayout.JAVA_LONG, Math.max(1, slots));
  }

  /// The address of a workspace.
  long workspace(LoweredPlan.Space workspace) {
    return workspace.lasting() ? allocate(workspace.bytes(), 64) : sharedWorkspace;
  }

  /// The address of a constant, which is copied only where it is on the heap.
  long constant(Literal literal) {
    if (literal.data().isNative()) return literal.data().address();
    long address = allocate(literal.type().bytes(), 64);
    LoadedPlan.MEMORY.asSlice(address, literal.type().bytes()).copyFrom(literal.data());
    return address;
  }

  /// The address of what is packed of constants, once for all plans of the device.
  ///
  /// @param pack packs it to an address
  long packed(LoweredPlan.PackedConstant constant, List<Literal> sources, LongConsumer pack) {
    var block = constants.acquire(constant.form(), sources, () -> block(constant.bytes(), pack));
    held.add(block);
    return block.address();
  }

  private static SharedConstants.Block block(long bytes, LongConsumer pack) {
    var arena = Arena.ofShared();
    try {
      long address = LargePages.allocate(arena, Math.max(64, bytes), 64).address();
      pack.accept(address);
      return new SharedConstants.Block(address, arena::close);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }
}
