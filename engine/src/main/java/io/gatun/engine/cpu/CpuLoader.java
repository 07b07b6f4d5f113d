package io.gatun.engine.cpu;

import io.gatun.engine.EngineException;
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

/// Makes a plan ready to run: generates the text of all kernels, those of loop bodies too, compiles
/// it, places the arena and the constants, and packs what can be packed once.
final class CpuLoader {
  private final ThreadPool pool;
  private final SharedConstants constants;
  private final Arena memory = Arena.ofShared();
  private final List<SharedConstants.Held> held = new ArrayList<>();
  private final PlanCode root;
  private final IrModule module = new IrModule();
  private long[] scratch = new long[0];
  private Optional<CompiledCode> code = Optional.empty();
  private long sharedWorkspace;

  private CpuLoader(Plan plan, ThreadPool pool, SharedConstants constants) {
    this.pool = pool;
    this.constants = constants;
    root = new PlanCode(plan, module, pool, "");
  }

  /// @param constants what plans of the device pack once for all
  static CpuExecutable load(Plan plan, ThreadPool pool, SharedConstants constants) {
    var loader = new CpuLoader(plan, pool, constants);
    try {
      return loader.load();
    } catch (OutOfMemoryError e) {
      loader.close();
      throw new EngineException(
          "load: out of memory: the plan's arena of %d bytes and scratch memory of %d threads x %d bytes do not fit; use a smaller batch or a machine with more memory"
              .formatted(plan.memory().arenaBytes(), pool.threads(), loader.root.scratchBytes()),
          e);
    } catch (RuntimeException | Error e) {
      loader.close();
      throw e;
    }
  }

  /// The text of all kernels of a plan.
  static String source(Plan plan, ThreadPool pool) {
    var loader = new CpuLoader(plan, pool, new SharedConstants());
    loader.close();
    return loader.module.text();
  }

  private CpuExecutable load() {
    scratch = new long[pool.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = allocate(root.scratchBytes(), 4096);
    }
    // Workspaces that keep nothing between steps are used by one at a time and share memory.
    sharedWorkspace = allocate(root.transientBytes(), 64);
    root.place(this, allocate(root.plan().memory().arenaBytes(), 4096));
    code = Optional.of(CompiledCode.compile(module));
    return new CpuExecutable(root.finish(this), this::close, pool);
  }

  private void close() {
    code.ifPresent(CompiledCode::close);
    held.forEach(SharedConstants.Held::close);
    memory.close();
  }

  /// The address of a compiled function.
  MemorySegment function(String name) {
    return code.orElseThrow().function(name);
  }

  /// The scratch memory of each thread.
  long[] scratch() {
    return scratch;
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
  long workspace(Lowered.Workspace workspace) {
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
  /// @param form equal where the same is packed
  /// @param pack packs it to an address
  long packed(String form, List<Literal> sources, long bytes, LongConsumer pack) {
    var block =
        constants.acquire(
            form,
            sources,
            () -> {
              var arena = Arena.ofShared();
              try {
                long address = LargePages.allocate(arena, Math.max(64, bytes), 64).address();
                pack.accept(address);
                return new SharedConstants.Block(address, arena::close);
              } catch (RuntimeException | Error e) {
                arena.close();
                throw e;
              }
            });
    held.add(block);
    return block.address();
  }
}
