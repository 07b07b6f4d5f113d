package io.gatun.ptx;

/// `st`, of one element or of a vector.
final class StoreStep extends MemoryStep {
  private final Element element;
  private final int[] rows;

  StoreStep(
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
    locate(warp, mask, Access.WRITE);
    for (var i = 0; i < rows.length; i++) {
      element.store(warp, mask, rows[i], i * element.bytes());
    }
  }

  /// Whether two lanes write the same.
  boolean writesSame(Warp warp, int lane, int other) {
    for (var row : rows) {
      if (element.lane(warp, row, lane) != element.lane(warp, row, other)) {
        return false;
      }
    }
    return true;
  }

  /// Whether memory holds already what a lane writes.
  boolean writesWhatIsThere(Warp warp, int lane) {
    for (var i = 0; i < rows.length; i++) {
      if (!element.holds(
          warp.hosts[lane] + i * element.bytes(), element.lane(warp, rows[i], lane))) {
        return false;
      }
    }
    return true;
  }
}
