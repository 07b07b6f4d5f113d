package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/// Lowers contractions to LLVM IR.
///
/// The algorithm is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication" (2008), without its cut of `k`: a micro-kernel keeps a tile of the result in
/// registers over the whole sum while panels of B stream through the caches. Operands that are
/// plain arrays are read in place where their layout allows; all others are packed by functions
/// that pull each element through the kernel's expressions, so that transposes, windows, paddings,
/// gathers and conversions cost one pass over the data. Long rows of a plain A are packed, too, but
/// by the micro-kernels that read them for the first panel, at next to no cost. An epilogue
/// function turns finished tiles into what is stored.
public final class ContractLowering {
  /// Bytes that are worth handing to a thread when they are packed.
  private static final long PACKED_BYTES = 32 * 1024;

  private final IrModule module;
  private final String name;
  private final ContractKernel kernel;
  private final List<Integer> slots;
  private final int freeSlot;
  private final int vectorBytes;

  private ContractLowering(
      IrModule module,
      String name,
      ContractKernel kernel,
      List<Integer> slots,
      int freeSlot,
      int vectorBytes) {
    this.module = module;
    this.name = name;
    this.kernel = kernel;
    this.slots = List.copyOf(slots);
    this.freeSlot = freeSlot;
    this.vectorBytes = vectorBytes;
  }

  /// Adds the functions of `kernel` to `module`, their names beginning with `name`.
  ///
  /// @param slots entry of each of the kernel's buffers in the table of addresses
  /// @param constants the buffers whose contents do not change between runs of the phases that are
  ///     not `once`
  /// @param freeSlot entries of the table from this one on are free for workspaces
  /// @param vectorBytes size of the machine's vector registers: 64, 32 or 16
  /// @param dot how the machine multiplies bytes
  public static Lowered lower(
      IrModule module,
      String name,
      ContractKernel kernel,
      List<Integer> slots,
      Set<Integer> constants,
      int freeSlot,
      int vectorBytes,
      ByteDot dot) {
    var flat = withoutIdleBatch(kernel);
    var bytes = ByteProduct.of(flat, vectorBytes, dot);
    if (bytes.isPresent()) return bytes.get().define(module, name, slots, constants, freeSlot);
    return new ContractLowering(module, name, flat, slots, freeSlot, vectorBytes).lower(constants);
  }

  /// Where B is the same for the whole batch, its rows are rows of one larger product.
  private static ContractKernel withoutIdleBatch(ContractKernel kernel) {
    if (ContractIndices.dependOn(ContractIndices.of(kernel.b()), kernel.batch())) return kernel;
    var m = new ArrayList<>(kernel.batch());
    m.addAll(kernel.m());
    return new ContractKernel(
        kernel.buffers(),
        List.of(),
        m,
        kernel.n(),
        kernel.k(),
        kernel.a(),
        kernel.b(),
        kernel.stores());
  }

  private Lowered lower(Set<Integer> constants) {
    var tile = TileShape.of(kernel.a().dtype(), vectorBytes, ContractKernel.size(kernel.n()));
    new Epilogue(kernel, tile).define(module, name + ".epilogue", slots);
    var blocked = BlockedSum.of(kernel, tile);
    if (blocked.isPresent()) {
      return new BlockedLoops(module, name, kernel, slots, blocked.get()).define();
    }
    Optional<PlacedB> constant =
        readsOnly(kernel.b(), constants)
            ? Optional.of(new PlacedB.InWorkspace(freeSlot, true))
            : Optional.empty();
    var winograd = constant.flatMap(_ -> WinogradPlan.of(kernel, tile));
    if (winograd.isPresent()) {
      return new WinogradLoops(module, name, kernel, slots, winograd.get(), freeSlot).define();
    }
    // Packed panels are read from one end to the other; where there are enough, no sum need be cut.
    boolean hasPanels =
        constant.isPresent() && ContractKernel.size(kernel.n()) >= 8L * tile.columns();
    var split = hasPanels ? Optional.<SplitSum>empty() : SplitSum.of(kernel, tile);
    if (split.isPresent()) {
      return new SplitLoops(module, name, kernel, slots, split.get(), freeSlot).define();
    }
    var plan = ContractPlan.of(kernel, tile, constant, freeSlot);
    var phases = new ArrayList<Lowered.Phase>();
    var workspaces = new ArrayList<Lowered.Workspace>();
    var packer = new PanelPacker(kernel, tile);
    if (!(plan.b() instanceof PlacedB.InPlace)) packer.define(module, name + ".panel", slots);
    if (plan.b() instanceof PlacedB.InWorkspace(int slot, boolean once)) {
      long panels = plan.batches() * plan.panels();
      // Micro-kernels read ahead of the last panel, but only by prefetching.
      long bytes = panels * packer.panelBytes();
      workspaces.add(
          once
              ? PackedOperand.workspace(kernel, tile, slot, bytes)
              : Lowered.Workspace.passing(slot, bytes));
      phases.add(packPhase(plan, packer.panelBytes(), slot, once));
    }
    if (plan.a() instanceof PlacedA.InWorkspace(int slot, _)) {
      var rows = new RowPacker(kernel, tile);
      long rowBytes = rows.rowStride() * tile.dtype().bytes();
      rows.define(module, name + ".rows", slots);
      long bytes = plan.batches() * plan.tiles().rows() * rowBytes;
      workspaces.add(Lowered.Workspace.passing(slot, bytes));
      phases.add(copyPhase(plan, rows, rowBytes, slot));
    }
    phases.add(new TileLoops(module, name, kernel, slots, plan, packer.panelBytes()).define());
    return new Lowered(phases, workspaces);
  }

  /// Whether an operand reads something, and only these buffers.
  static boolean readsOnly(Expr operand, Set<Integer> buffers) {
    var loads = ContractIndices.loads(operand).stream().map(ExprOp.Load::buffer).toList();
    return !loads.isEmpty() && buffers.containsAll(loads);
  }

  /// The phase that packs the tiles of A of all batches.
  private Lowered.Phase copyPhase(ContractPlan plan, RowPacker rows, long rowBytes, int slot) {
    var tiles = plan.tiles();
    return eachUnit(
        name + ".copy",
        plan.batches() * tiles.count(),
        Math.max(1, PACKED_BYTES / (tiles.high() * rowBytes)),
        false,
        (f, unit) -> {
          Ssa batch = f.div(unit, tiles.count());
          Ssa t = f.rem(unit, tiles.count());
          Ssa start = f.mul(batch, tiles.rows() * rowBytes);
          Ssa to = f.ir.address(f.entry(slot), "i8", start);
          rows.call(f, name + ".rows", tiles, batch, t, to, Ir.i64(0));
        });
  }

  /// The phase that packs the panels of B of all batches.
  private Lowered.Phase packPhase(ContractPlan plan, long bytes, int slot, boolean once) {
    return eachUnit(
        name + ".pack",
        plan.batches() * plan.panels(),
        Math.max(1, PACKED_BYTES / bytes),
        once,
        (f, unit) -> {
          Ssa to = f.ir.address(f.entry(slot), "i8", f.mul(unit, bytes));
          Ssa batch = f.div(unit, plan.panels());
          Ssa table = TableFunction.pointer("table");
          f.call("@" + name + ".panel", table, to, batch, f.rem(unit, plan.panels()));
        });
  }

  /// `void function(ptr table, ptr scratch, i64 begin, i64 end)`, which calls `body` for each unit.
  private Lowered.Phase eachUnit(
      String function, long units, long grain, boolean once, BiConsumer<TableFunction, Ssa> body) {
    var f =
        new TableFunction(
            module, function, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> body.accept(f, unit));
    f.define("");
    return new Lowered.Phase(function, units, grain, 0, once);
  }
}
