package io.gatun.ptx;

/// `ldmatrix` and `stmatrix`: 8x8 matrices of 16-bit numbers between shared memory and the
/// fragments of a warp. Lane `8 i + r` gives the address of row `r` of matrix `i`; lane `l` holds
/// row `l / 4`, columns `2 (l % 4)` and the next (transposed: row and column exchanged).
final class MatrixLoadStep extends MemoryStep {
  private static final int ROW_BYTES = 16;

  private final boolean store;
  private final boolean transposed;
  private final int[] rows;

  MatrixLoadStep(
      PtxInstruction instruction,
      AddressSpace space,
      AddressRow address,
      boolean store,
      boolean transposed,
      int[] rows,
      int slot) {
    super(instruction, space, address, ROW_BYTES, slot);
    this.store = store;
    this.transposed = transposed;
    this.rows = rows;
  }

  /// Number of matrices.
  int matrices() {
    return rows.length;
  }

  @Override
  void execute(Warp warp, int mask) {
    WarpSteps.requireConverged(warp, mask, -1, this);
    var givers = rows.length == 4 ? -1 : (1 << 8 * rows.length) - 1;
    requireAligned(warp, givers, ROW_BYTES);
    locate(warp, givers, store ? Access.WRITE : Access.READ);
    for (var i = 0; i < rows.length; i++) {
      if (store) {
        store(warp, i);
      } else {
        load(warp, i);
      }
    }
  }

  private void load(Warp warp, int matrix) {
    var hosts = warp.hosts;
    var r = warp.ints[rows[matrix]];
    for (var lane = 0; lane < Lanes.WIDTH; lane++) {
      var group = lane >>> 2;
      var pair = (lane & 3) * 2;
      if (transposed) {
        var low = NativeMemory.shortAt(hosts[8 * matrix + pair] + 2 * group);
        var high = NativeMemory.shortAt(hosts[8 * matrix + pair + 1] + 2 * group);
        r[lane] = low & 0xffff | high << 16;
      } else {
        r[lane] = NativeMemory.intAt(hosts[8 * matrix + group] + 2 * pair);
      }
    }
  }

  private void store(Warp warp, int matrix) {
    var hosts = warp.hosts;
    var r = warp.ints[rows[matrix]];
    for (var lane = 0; lane < Lanes.WIDTH; lane++) {
      var group = lane >>> 2;
      var pair = (lane & 3) * 2;
      if (transposed) {
        NativeMemory.set(hosts[8 * matrix + pair] + 2 * group, (short) r[lane]);
        NativeMemory.set(hosts[8 * matrix + pair + 1] + 2 * group, (short) (r[lane] >>> 16));
      } else {
        NativeMemory.set(hosts[8 * matrix + group] + 2 * pair, r[lane]);
      }
    }
  }
}
