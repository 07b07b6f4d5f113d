package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A contraction in `i32` whose operands are bytes, lowered to instructions that add up products of
/// bytes. Both operands are packed, each in a phase of its own, zero points by what they add to
/// whole rows and columns; then units, each a block of rows times a block of panels, run the
/// micro-kernels and the epilogue.
///
/// @param a rows, packed as unsigned bytes
/// @param b columns, packed as signed ones
/// @param tiled whether in tile registers
record ByteProduct(
    ContractKernel kernel,
    ByteLayout layout,
    ByteOperand a,
    ByteOperand b,
    int vectorBytes,
    boolean tiled) {
  /// A tile register takes its time for 16 rows, however many there are.
  private static final long LEAST_ROWS = 4;

  /// This kernel as a product of bytes, if it is one.
  static Optional<ByteProduct> of(ContractKernel kernel, int vectorBytes, ByteDot dot) {
    if (dot == ByteDot.NONE || kernel.a().dtype() != DType.I32) return Optional.empty();
    var a = ByteOperand.of(kernel.a(), DType.U8, kernel.k());
    var b = ByteOperand.of(kernel.b(), DType.I8, kernel.k());
    if (a.isEmpty() || b.isEmpty()) return Optional.empty();
    boolean tiled = dot == ByteDot.TILE && ContractKernel.size(kernel.m()) >= LEAST_ROWS;
    var vectors = TileShape.of(DType.I32, vectorBytes, ContractKernel.size(kernel.n()));
    var tile = tiled ? ByteTileKernel.shape(vectors) : vectors;
    var layout = new ByteLayout(tile, ContractKernel.size(kernel.k()));
    return Optional.of(new ByteProduct(kernel, layout, a.get(), b.get(), vectorBytes, tiled));
  }

  /// Steps of a micro-kernel.
  long steps() {
    return tiled ? layout.depth() / ByteLayout.LINE : layout.groups();
  }

  /// The name of the micro-kernel for so many rows.
  ///
  /// @param ahead how many lines it fetches in each step
  String microKernel(IrModule module, int rows, int ahead) {
    var kernel = new ByteKernel(layout, rows, a.isShifted(), b.isShifted(), ahead);
    return tiled ? new ByteTileKernel(kernel).in(module) : kernel.in(module);
  }

  /// Adds the functions to the module.
  Lowered define(
      IrModule module, String name, List<Integer> slots, Set<Integer> constants, int freeSlot) {
    boolean once = ContractLowering.readsOnly(kernel.b(), constants);
    var rows = new ByteRows(kernel, layout, a, vectorBytes, b.isShifted(), freeSlot);
    // Memory that is not kept is one workspace: all of these share it.
    long start = once ? 0 : rows.bytes();
    int slotOfB = once ? freeSlot + 1 : freeSlot;
    var panels = new BytePanels(kernel, layout, b, a.isShifted(), slotOfB, start);
    var phases =
        List.of(
            panels.define(module, name + ".panels", slots, once),
            rows.define(module, name + ".rows", slots),
            new ByteTiles(this, rows, panels).define(module, name, slots));
    long kept = panels.bytes();
    var workspaces =
        once
            ? List.of(
                Lowered.Workspace.passing(freeSlot, rows.bytes()),
                PackedOperand.workspace(kernel, form(), slotOfB, kept))
            : List.of(Lowered.Workspace.passing(freeSlot, start + kept));
    return new Lowered(phases, workspaces);
  }

  /// How B lies when it is packed.
  private Object form() {
    return List.of(layout, b.flips(), a.isShifted());
  }
}
