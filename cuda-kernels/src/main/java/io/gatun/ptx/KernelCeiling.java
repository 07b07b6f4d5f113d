package io.gatun.ptx;

import java.util.EnumMap;
import java.util.Map;

/// A lower bound of a kernel's time on a GPU, from what its launches counted: the time that each
/// pipe would need if it were never kept waiting; the slowest one is the bound. It is a model, not
/// a measurement.
///
/// Work is spread evenly over the multiprocessors, but over no more of them than there are blocks.
/// Not in the model: latencies and dependences, the integer lanes (the assembler folds too much of
/// a kernel's integer arithmetic into addresses for its PTX to say), hits in caches (device memory
/// is charged once for each sector that a launch touches), the last wave of blocks, clocks under
/// load, and the launch. PTX instructions stand for the hardware's, with a weight for those that
/// expand ([Counter#ISSUE_SLOTS]).
///
/// @param seconds by pipe
/// @param ideal seconds that the useful work needs at least: flops at the peak of their pipe, or
/// bytes at the peak of the device memory, whichever is longer
/// @param idealIsMemory whether the bytes decide `ideal`
public record KernelCeiling(Map<Pipe, Double> seconds, double ideal, boolean idealIsMemory) {
  private static final int SCHEDULERS = 4;
  private static final double SECTOR = 32;
  private static final double L1_BYTES_PER_CLOCK = 64;

  /// The part of the peak bandwidth that a copy reaches on these GPUs.
  private static final double DRAM_EFFICIENCY = 0.92;

  public KernelCeiling {
    seconds = Map.copyOf(seconds);
  }

  /// The bound of one launch that was counted.
  public static KernelCeiling of(DeviceProfile device, KernelRun run) {
    var busy = Math.min(device.properties().multiprocessors(), run.geometry().blocks());
    var clocks = busy * device.clock();
    var lanes = clocks / DeviceProfile.WARP;
    var seconds = new EnumMap<Pipe, Double>(Pipe.class);
    seconds.put(Pipe.ISSUE, run.count(Counter.ISSUE_SLOTS) / (clocks * SCHEDULERS));
    var floats = run.count(Counter.FLOAT32_INSTRUCTIONS) + run.count(Counter.HALF_INSTRUCTIONS);
    seconds.put(Pipe.FLOAT32, floats / (lanes * device.floatLanes()));
    seconds.put(
        Pipe.FLOAT64, run.count(Counter.FLOAT64_INSTRUCTIONS) / (lanes * device.doubleLanes()));
    seconds.put(
        Pipe.SPECIAL, run.count(Counter.SPECIAL_INSTRUCTIONS) / (lanes * device.specialLanes()));
    var tensor =
        run.count(Counter.TENSOR_HALF_FLOPS) / device.halfTensorFlops()
            + run.count(Counter.TENSOR_TF32_FLOPS) / device.tf32TensorFlops();
    var share = (double) busy / device.properties().multiprocessors();
    seconds.put(Pipe.TENSOR, tensor / share);
    seconds.put(Pipe.SHARED, run.count(Counter.SHARED_WAVEFRONTS) / clocks);
    var sectors =
        run.count(Counter.GLOBAL_LOAD_SECTORS)
            + run.count(Counter.GLOBAL_STORE_SECTORS)
            + run.count(Counter.GLOBAL_ATOMIC_SECTORS)
            + run.count(Counter.ASYNC_COPY_SECTORS);
    seconds.put(Pipe.L1, sectors * SECTOR / (clocks * L1_BYTES_PER_CLOCK));
    var bytes =
        SECTOR * (run.count(Counter.DRAM_READ_SECTORS) + run.count(Counter.DRAM_WRITE_SECTORS));
    seconds.put(Pipe.DRAM, bytes / (device.memoryBandwidth() * DRAM_EFFICIENCY));
    var math =
        tensor
            + (run.count(Counter.FLOAT32_FLOPS) + run.count(Counter.HALF_FLOPS))
                / device.floatFlops();
    var memory = bytes / device.memoryBandwidth();
    return new KernelCeiling(seconds, Math.max(math, memory), memory >= math);
  }

  /// The bound of both, one after the other.
  KernelCeiling plus(KernelCeiling other) {
    var sum = new EnumMap<Pipe, Double>(Pipe.class);
    for (var pipe : Pipe.values()) {
      sum.put(pipe, seconds.get(pipe) + other.seconds.get(pipe));
    }
    return new KernelCeiling(sum, ideal + other.ideal, idealIsMemory && other.idealIsMemory);
  }

  /// The pipe that needs longest.
  public Pipe bound() {
    return seconds.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /// What the slowest pipe needs.
  public double total() {
    return seconds.get(bound());
  }

  /// The part of the peak, of math or of memory as [#idealIsMemory] says, that the kernel can reach
  /// at most: 0 to 1.
  public double fractionOfPeak() {
    return total() == 0 ? 0 : ideal / total();
  }
}
