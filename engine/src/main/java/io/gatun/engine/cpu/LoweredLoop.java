package io.gatun.engine.cpu;

/// A function `void name(ptr table, ptr scratch, i64 begin, i64 end)` that does the units
/// `begin .. end - 1` of a kernel: `units` in all, `grain` of them at least for one thread's chunk.
/// Each thread brings `scratchBytes` of scratch memory, 64-byte aligned.
public record LoweredLoop(String name, long units, long grain, long scratchBytes) {
  /// The only phase of its kernel.
  Lowered.Phase phase() {
    return new Lowered.Phase(name, units, grain, scratchBytes, false);
  }
}
