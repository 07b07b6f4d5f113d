package io.gatun.kernels;

/// The units that multiply, and for the tensor cores the length of the ring of stages in shared
/// memory through which the operands come: as many as let two blocks of tile 128 onto a
/// multiprocessor.
public enum ContractUnits {
  /// Those of f32, f64 and integers.
  ORDINARY(0),

  /// Tensor cores of GPUs with 100 KiB of shared memory a multiprocessor (`sm_86`, `sm_89`).
  TENSOR_3(3),

  /// Tensor cores of GPUs with 164 KiB and more (`sm_80`, `sm_90`).
  TENSOR_5(5);

  private static final int STAGE_BYTES = 64;

  /// Shared memory that the driver takes for a block.
  private static final int RESERVED = 1 << 10;

  private final int stages;

  ContractUnits(int stages) {
    this.stages = stages;
  }

  /// The tensor cores of a GPU with so much shared memory.
  public static ContractUnits tensor(int sharedPerMultiprocessor) {
    boolean isLong = 2 * (TENSOR_5.sharedBytes(128) + RESERVED) <= sharedPerMultiprocessor;
    return isLong ? TENSOR_5 : TENSOR_3;
  }

  public boolean isTensor() {
    return stages > 0;
  }

  /// What a hole defines as `CONTRACT_STAGES`; 0 for the ordinary units.
  public int stages() {
    return stages;
  }

  /// Dynamic shared bytes of a block: rows of both operands.
  int sharedBytes(int tile) {
    return 2 * tile * STAGE_BYTES * stages;
  }
}
