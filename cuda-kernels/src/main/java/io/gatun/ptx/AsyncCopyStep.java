package io.gatun.ptx;

/// `cp.async`: starts a copy from global to shared memory for each lane.
final class AsyncCopyStep extends MemoryStep {
  private final AddressRow target;
  private final int sourceSizeRow;

  /// @param sourceSizeRow row of the bytes to copy, the rest becomes zeros; -1 to copy all
  AsyncCopyStep(
      PtxInstruction instruction,
      AddressRow target,
      AddressRow source,
      int bytes,
      int sourceSizeRow,
      int slot) {
    super(instruction, AddressSpace.GLOBAL, source, bytes, slot);
    this.target = target;
    this.sourceSizeRow = sourceSizeRow;
  }

  @Override
  void execute(Warp warp, int mask) {
    var reading = mask;
    if (sourceSizeRow >= 0) {
      for (var q = mask; q != 0; q &= q - 1) {
        var lane = Integer.numberOfTrailingZeros(q);
        if (warp.ints[sourceSizeRow][lane] == 0) {
          reading &= ~(1 << lane);
        }
      }
    }
    if (reading != 0) {
      requireAligned(warp, reading, bytes);
      locate(warp, reading, Access.ASYNC_READ);
    }
    for (var q = mask; q != 0; q &= q - 1) {
      start(warp, Integer.numberOfTrailingZeros(q));
    }
    if (warp.block.watched) {
      warp.block.watch.copyStarted(warp, this, target, mask);
    }
  }

  private void start(Warp warp, int lane) {
    var shared = warp.block.shared;
    var at = target.of(warp, lane);
    if ((at & bytes - 1) != 0) {
      throw warp.fault(
          GpuFault.Kind.MISALIGNED,
          "asynchronous copy of %d bytes to shared address %d, which is no multiple of it"
              .formatted(bytes, at),
          this,
          lane);
    }
    if (!shared.holds(at, bytes)) {
      throw new GpuFault(
          GpuFault.Kind.OUT_OF_BOUNDS,
          "asynchronous copy of %d bytes to %d: outside of shared memory (%d bytes)"
              .formatted(bytes, at - shared.base, shared.size),
          warp.place(this, lane).in(shared.name, at - shared.base));
    }
    var size = sourceSizeRow < 0 ? bytes : Math.clamp(warp.ints[sourceSizeRow][lane], 0, bytes);
    warp.copies.add(this, lane, warp.hosts[lane], shared.host + (at - shared.base), size, bytes);
  }
}
