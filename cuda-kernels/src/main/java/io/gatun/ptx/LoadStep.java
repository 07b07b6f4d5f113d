package io.gatun.ptx;

/// `ld`, of one element or of a vector.
final class LoadStep extends MemoryStep {
  /// Stands for a part of a vector nobody wants.
  static final int NOWHERE = -1;

  private final Element element;
  private final int[] rows;

  LoadStep(
      PtxInstruction instruction,
      AddressSpace space,
      AddressRow address,
      Element element,
      int[] rows,
      int slot) {
    super(instruction, space, address, element.bytes() * rows.length, slot);
    this.element = element;
    this.rows = rows;
  }

  @Override
  void execute(Warp warp, int mask) {
    locate(warp, mask, Access.READ);
    for (var i = 0; i < rows.length; i++) {
      if (rows[i] != NOWHERE) {
        element.load(warp, mask, rows[i], i * element.bytes());
      }
    }
  }
}
