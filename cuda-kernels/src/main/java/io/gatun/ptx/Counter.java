package io.gatun.ptx;

/// What a [VirtualGpu] counts in [ExecutionMode#COUNTING]. Instructions are PTX instructions, which
/// the assembler turns into more or fewer of the hardware's.
public enum Counter {
  /// Instructions started by warps; counted in every mode.
  WARP_INSTRUCTIONS,
  /// Instructions times the lanes that took part.
  THREAD_INSTRUCTIONS,

  /// Instructions of the hardware that the warps' instructions are estimated to become: one each,
  /// but for divisions, square roots and others that the assembler expands.
  ISSUE_SLOTS,

  /// Warp instructions by class; they add up to [#WARP_INSTRUCTIONS].
  FLOAT32_INSTRUCTIONS,
  FLOAT64_INSTRUCTIONS,
  HALF_INSTRUCTIONS,
  INTEGER_INSTRUCTIONS,
  CONVERSION_INSTRUCTIONS,
  /// Transcendental functions, reciprocals, divisions and square roots.
  SPECIAL_INSTRUCTIONS,
  TENSOR_INSTRUCTIONS,
  MOVE_INSTRUCTIONS,
  MEMORY_INSTRUCTIONS,
  /// Shuffles, votes, matches and reductions over a warp.
  WARP_COLLECTIVE_INSTRUCTIONS,
  CONTROL_INSTRUCTIONS,

  /// Floating-point operations of all lanes; a multiply-add is two.
  FLOAT32_FLOPS,
  FLOAT64_FLOPS,
  /// f16 and bf16, on the ordinary lanes.
  HALF_FLOPS,
  TENSOR_HALF_FLOPS,
  TENSOR_TF32_FLOPS,

  /// Global memory: a request is a warp instruction, a sector 32 bytes of one allocation that a
  /// request touches, bytes are the distinct bytes that a request touches.
  GLOBAL_LOAD_REQUESTS,
  GLOBAL_LOAD_SECTORS,
  GLOBAL_LOAD_BYTES,
  GLOBAL_STORE_REQUESTS,
  GLOBAL_STORE_SECTORS,
  GLOBAL_STORE_BYTES,
  /// Atomics and reductions; bytes count each lane.
  GLOBAL_ATOMIC_REQUESTS,
  GLOBAL_ATOMIC_SECTORS,
  GLOBAL_ATOMIC_BYTES,
  /// The global side of `cp.async`.
  ASYNC_COPY_REQUESTS,
  ASYNC_COPY_SECTORS,
  ASYNC_COPY_BYTES,

  /// Sectors of 32 bytes that the launch loads from (atomics and `cp.async` included), and stores
  /// to (atomics included), each counted once: the least that device memory must move.
  DRAM_READ_SECTORS,
  DRAM_WRITE_SECTORS,

  /// Shared memory (`ldmatrix` and the shared side of `cp.async` included): wavefronts are passes
  /// over the 32 banks of 4 bytes; what exceeds the ideal is conflicts.
  SHARED_REQUESTS,
  SHARED_WAVEFRONTS,
  /// The wavefronts that the same accesses need without conflicts.
  SHARED_IDEAL_WAVEFRONTS,
  SHARED_BYTES,
  /// `ldmatrix` alone.
  LDMATRIX_REQUESTS,
  LDMATRIX_WAVEFRONTS,

  LOCAL_REQUESTS,
  /// Barriers that a warp arrived at.
  BARRIERS,
  BRANCHES,
  /// Branches where the lanes of a warp parted.
  DIVERGENT_BRANCHES;

  static final int COUNT = values().length;
}
