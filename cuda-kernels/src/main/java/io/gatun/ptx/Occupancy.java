package io.gatun.ptx;

import io.gatun.cuda.DeviceProperties;

/// How many blocks of a kernel one multiprocessor holds at a time, and what limits them: the rules
/// of `cuda_occupancy.h` (CUDA 13) for compute capability 8.0 to 9.0 with the default split between
/// L1 and shared memory.
///
/// @param blocks blocks on a multiprocessor; 0 when a block fits nowhere
/// @param warps warps of those blocks
/// @param fraction warps over those that the multiprocessor can hold, 0 to 1
/// @param limit the resource that allows no more blocks
public record Occupancy(int blocks, int warps, double fraction, Limit limit) {
  /// A resource that blocks use up.
  public enum Limit {
    WARPS,
    BLOCKS,
    REGISTERS,
    SHARED_MEMORY
  }

  /// Most registers of a thread.
  public static final int MAX_REGISTERS = 255;

  /// Shared bytes of each block that the driver keeps for itself.
  public static final int RESERVED_SHARED_BYTES = 1024;

  private static final int REGISTER_UNIT = 256;
  private static final int SHARED_UNIT = 128;
  private static final int PARTITIONS = 4;

  /// The occupancy of a kernel.
  ///
  /// @param threads threads of a block
  /// @param registers registers of a thread
  /// @param sharedBytes static and dynamic shared bytes of a block
  public static Occupancy of(DeviceProperties device, int threads, int registers, int sharedBytes) {
    var warps = Math.ceilDiv(threads, DeviceProfile.WARP);
    var maxWarps = device.maxThreadsPerMultiprocessor() / DeviceProfile.WARP;
    var byWarps = threads > device.maxThreadsPerBlock() ? 0 : maxWarps / warps;
    var blocks = byWarps;
    var limit = Limit.WARPS;
    if (device.maxBlocksPerMultiprocessor() < blocks) {
      blocks = device.maxBlocksPerMultiprocessor();
      limit = Limit.BLOCKS;
    }
    var byRegisters = byRegisters(device, warps, registers);
    if (byRegisters < blocks) {
      blocks = byRegisters;
      limit = Limit.REGISTERS;
    }
    var byShared = byShared(device, sharedBytes);
    if (byShared < blocks) {
      blocks = byShared;
      limit = Limit.SHARED_MEMORY;
    }
    return new Occupancy(blocks, blocks * warps, (double) blocks * warps / maxWarps, limit);
  }

  /// Registers are given to warps in units, from the quarter of the file that belongs to the warp's
  /// scheduler. The check of one block takes all quarters to be equally full.
  private static int byRegisters(DeviceProperties device, int warps, int registers) {
    var file = device.registersPerMultiprocessor();
    var perWarp = roundUp(registers * DeviceProfile.WARP, REGISTER_UNIT);
    if (registers > MAX_REGISTERS || perWarp * roundUp(warps, PARTITIONS) > file) {
      return 0;
    }
    return perWarp == 0 ? Integer.MAX_VALUE : file / PARTITIONS / perWarp * PARTITIONS / warps;
  }

  private static int byShared(DeviceProperties device, int bytes) {
    var perBlock = roundUp(bytes + RESERVED_SHARED_BYTES, SHARED_UNIT);
    return bytes > device.sharedPerBlockOptIn() ? 0 : device.sharedPerMultiprocessor() / perBlock;
  }

  private static int roundUp(int value, int unit) {
    return Math.ceilDiv(value, unit) * unit;
  }
}
