package io.gatun.engine.cpu;

import java.util.List;
import java.util.Optional;

/// A kernel as functions of a module: the phases run in order, each spread over threads, the next
/// starting when all units of the one before are done.
///
/// @param phases functions to run
/// @param workspaces memory that they need beside the kernel's buffers
public record Lowered(List<Phase> phases, List<Workspace> workspaces) {
  /// What the first 8 bytes of a thread's scratch memory hold when it begins a phase. From then on
  /// they are the function's: it may note there what the rest of the scratch memory holds for the
  /// units to come.
  public static final long NOTHING_KEPT = -1;

  public Lowered {
    phases = List.copyOf(phases);
    workspaces = List.copyOf(workspaces);
  }

  /// A function `void name(ptr table, ptr scratch, i64 begin, i64 end)` that does the units `begin
  /// .. end - 1`. What it computes does not depend on how the units are cut into calls.
  ///
  /// @param units how many units there are
  /// @param grain how many of them at least are worth a chunk of their own
  /// @param scratchBytes scratch memory of each thread, 64-byte aligned
  /// @param once run once and not again until the operand changes: at load, after constants are in
  ///     the table, or where a loop begins, for one of its invariants
  public record Phase(String name, long units, long grain, long scratchBytes, boolean once) {}

  /// Memory at an entry of the table, 64-byte aligned.
  ///
  /// @param slot entry of the table
  /// @param bytes its size
  /// @param packed what a `once` phase writes there, to be kept; else it is free between runs
  public record Workspace(int slot, long bytes, Optional<Packed> packed) {
    /// One that keeps nothing between runs.
    static Workspace passing(int slot, long bytes) {
      return new Workspace(slot, bytes, Optional.empty());
    }
  }

  /// What is packed once.
  ///
  /// @param form says how: equal where the same is made of equal contents of the buffers
  /// @param buffers the kernel's that it is made of
  public record Packed(String form, List<Integer> buffers) {
    public Packed {
      buffers = List.copyOf(buffers);
    }
  }
}
