package io.gatun.ptx;

import java.util.stream.IntStream;

/// `ld`, of one element or of a vector.
final class LoadStep extends MemoryStep {
  /// Stands for a part of a vector nobody wants.
  static final int NOWHERE = -1;

  private final Element element;
  private final int[] rows;

  /// Whether it loads four floats of each lane.
  private final boolean fourFloats;

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
    this.fourFloats =
        element.kind() == RowKind.FLOATS
            && rows.length == 4
            && IntStream.of(rows).allMatch(row -> row != NOWHERE);
  }

  @Override
  void execute(Warp warp, int mask) {
    locate(warp, mask, Access.READ);
    if (fourFloats && mask == -1) {
      loadFour(warp);
      return;
    }
    for (var i = 0; i < rows.length; i++) {
      if (rows[i] != NOWHERE) {
        element.load(warp, mask, rows[i], i * element.bytes());
      }
    }
  }

  private void loadFour(Warp warp) {
    var hosts = warp.hosts;
    var first = warp.floats[rows[0]];
    var second = warp.floats[rows[1]];
    var third = warp.floats[rows[2]];
    var fourth = warp.floats[rows[3]];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      var at = hosts[l];
      first[l] = NativeMemory.floatAt(at);
      second[l] = NativeMemory.floatAt(at + Float.BYTES);
      third[l] = NativeMemory.floatAt(at + 2 * Float.BYTES);
      fourth[l] = NativeMemory.floatAt(at + 3 * Float.BYTES);
    }
  }
}
