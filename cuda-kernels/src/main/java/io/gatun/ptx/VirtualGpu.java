package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A GPU without hardware: memory, and kernels launched on it one at a time. The blocks of a launch
/// run on several threads of the host; a block runs on one.
///
/// Not safe for launches by several threads at once.
public final class VirtualGpu implements AutoCloseable {
  private final DeviceProfile profile;
  private final ExecutionMode mode;
  private final int threads;
  private final long seed;
  private final DeviceMemory memory;
  private final ExecutorService workers;

  /// Device addresses of the variables of modules, given at their first use.
  private final Map<PtxVariable, Long> variables = new IdentityHashMap<>();

  /// A GPU with empty memory.
  ///
  /// @param profile what it is like
  /// @param mode how closely kernels are watched
  /// @param threads threads of the host that run blocks
  /// @param seed of the order of blocks and warps, in [ExecutionMode#CHECKED]
  public VirtualGpu(DeviceProfile profile, ExecutionMode mode, int threads, long seed) {
    this(profile, mode, threads, seed, 0);
  }

  /// @param space number of its address space: addresses of one are none of another
  VirtualGpu(DeviceProfile profile, ExecutionMode mode, int threads, long seed, int space) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads; at least one is needed");
    }
    this.profile = profile;
    this.mode = mode;
    this.threads = threads;
    this.seed = seed;
    this.memory =
        new DeviceMemory(profile.properties().totalMemory(), mode == ExecutionMode.CHECKED, space);
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("virtual-gpu-", 0).factory());
  }

  /// What it is like.
  public DeviceProfile profile() {
    return profile;
  }

  /// How closely kernels are watched.
  public ExecutionMode mode() {
    return mode;
  }

  /// Its memory.
  public DeviceMemory memory() {
    return memory;
  }

  /// Runs a kernel and returns when it is done.
  ///
  /// @param arguments the argument bytes, laid out as [PtxKernel#parameters] says
  /// @throws GpuFault where the kernel makes a mistake
  public KernelRun launch(PtxKernel kernel, LaunchGeometry geometry, byte[] arguments) {
    var shuffle = mode == ExecutionMode.CHECKED ? seed : 0;
    return run(kernel, geometry, arguments, shuffle);
  }

  /// Runs a kernel twice from the same memory, the second time with its blocks in another order,
  /// and faults where the two leave different bytes behind: for kernels that shall be
  /// deterministic. Memory is left as the first run made it.
  ///
  /// @throws GpuFault also where the kernel makes a mistake
  public KernelRun launchInTwoOrders(PtxKernel kernel, LaunchGeometry geometry, byte[] arguments) {
    var before = snapshot();
    var first = run(kernel, geometry, arguments, 0);
    var after = snapshot();
    restore(before);
    run(kernel, geometry, arguments, new Random(seed).nextLong() | 1);
    after.forEach((allocation, bytes) -> requireEqual(kernel, allocation, bytes));
    restore(after);
    return first;
  }

  private Map<Allocation, byte[]> snapshot() {
    var copies = new HashMap<Allocation, byte[]>();
    for (var allocation : memory.live()) {
      var bytes = new byte[Math.toIntExact(allocation.size)];
      memory.read(allocation.base, MemorySegment.ofArray(bytes));
      copies.put(allocation, bytes);
    }
    return copies;
  }

  private static void restore(Map<Allocation, byte[]> copies) {
    copies.forEach(
        (allocation, bytes) ->
            MemorySegment.copy(
                MemorySegment.ofArray(bytes), 0, NativeMemory.ALL, allocation.host, bytes.length));
  }

  private static void requireEqual(PtxKernel kernel, Allocation allocation, byte[] expected) {
    var at =
        MemorySegment.mismatch(
            NativeMemory.ALL,
            allocation.host,
            allocation.host + allocation.size,
            MemorySegment.ofArray(expected),
            0,
            expected.length);
    if (at >= 0) {
      throw new GpuFault(
          GpuFault.Kind.BLOCK_ORDER,
          "the result depends on the order of the blocks, first at byte "
              + at
              + " of "
              + allocation.name,
          GpuFault.Place.of(kernel.name()).in(allocation.name, at));
    }
  }

  private KernelRun run(PtxKernel kernel, LaunchGeometry geometry, byte[] arguments, long shuffle) {
    requireFit(kernel, geometry, arguments);
    var launch =
        new Launch(kernel, geometry, arguments, memory, addresses(kernel.program()), mode, shuffle);
    var useful = (int) Math.min(threads, geometry.blocks());
    return launch.run(workers, useful);
  }

  private Map<PtxVariable, Long> addresses(Program program) {
    for (var symbol : program.symbols()) {
      variables.computeIfAbsent(symbol.variable(), this::place);
    }
    return variables;
  }

  private long place(PtxVariable variable) {
    var address = memory.allocate(Math.max(1, variable.size()), variable.name());
    memory.fill(address, (byte) 0, Math.max(1, variable.size()));
    if (variable.initial().length > 0) {
      memory.write(address, MemorySegment.ofArray(variable.initial()));
    }
    return address;
  }

  private void requireFit(PtxKernel kernel, LaunchGeometry geometry, byte[] arguments) {
    var properties = profile.properties();
    var block = geometry.threadsPerBlock();
    var shared = kernel.sharedBytes() + geometry.sharedBytes();
    var problem =
        arguments.length != kernel.argumentBytes()
            ? "%d bytes of arguments; the kernel takes %d: %s"
                .formatted(arguments.length, kernel.argumentBytes(), kernel.parameters())
            : block > Math.min(kernel.maxThreads(), properties.maxThreadsPerBlock())
                ? "blocks of %d threads; the kernel allows %d, the device %d"
                    .formatted(block, kernel.maxThreads(), properties.maxThreadsPerBlock())
                : shared > properties.sharedPerBlockOptIn()
                    ? "%d bytes of shared memory; a block of this device has at most %d"
                        .formatted(shared, properties.sharedPerBlockOptIn())
                    : geometry.gridY() > 65535 || geometry.gridZ() > 65535
                        ? "a grid of more than 65535 blocks in y or z"
                        : "";
    if (!problem.isEmpty()) {
      throw new GpuFault(GpuFault.Kind.LAUNCH, problem, GpuFault.Place.of(kernel.name()));
    }
  }

  /// Frees all its memory.
  @Override
  public void close() {
    workers.shutdown();
    memory.close();
  }
}
