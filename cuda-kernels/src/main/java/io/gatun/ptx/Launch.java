package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// One launch of a kernel: hands the blocks to threads of the host and adds up what they count.
final class Launch {
  private final PtxKernel kernel;
  private final LaunchGeometry geometry;
  private final byte[] arguments;
  private final DeviceMemory memory;
  private final Map<PtxVariable, Long> addresses;
  private final ExecutionMode mode;
  private final long shuffle;
  private final int[] order;
  private final AtomicLong next = new AtomicLong();
  private final long[] counts = new long[Counter.COUNT];
  private final TouchedSectors loaded = new TouchedSectors();
  private final TouchedSectors stored = new TouchedSectors();

  /// @param shuffle seed of the order of blocks; 0 to run them in order
  Launch(
      PtxKernel kernel,
      LaunchGeometry geometry,
      byte[] arguments,
      DeviceMemory memory,
      Map<PtxVariable, Long> addresses,
      ExecutionMode mode,
      long shuffle) {
    this.kernel = kernel;
    this.geometry = geometry;
    this.arguments = arguments;
    this.memory = memory;
    this.addresses = addresses;
    this.mode = mode;
    this.shuffle = shuffle;
    this.order = new int[shuffle == 0 ? 0 : Math.toIntExact(geometry.blocks())];
    for (var i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (shuffle != 0) {
      Permutations.shuffle(order, new Random(shuffle));
    }
  }

  /// Runs all blocks; the calling thread does when one thread is enough.
  ///
  /// @throws GpuFault the first that a thread met
  KernelRun run(ExecutorService workers, int threads) {
    var host = NativeMemory.allocate(arguments.length);
    try {
      MemorySegment.copy(
          MemorySegment.ofArray(arguments), 0, NativeMemory.ALL, host, arguments.length);
      var parameters = new Allocation("the arguments", 0, arguments.length, host, 0, false);
      if (threads == 1) {
        work(parameters);
      } else {
        var tasks = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < threads; i++) {
          tasks.add(
              () -> {
                work(parameters);
                return true;
              });
        }
        await(workers, tasks);
      }
    } finally {
      NativeMemory.free(host);
    }
    counts[Counter.DRAM_READ_SECTORS.ordinal()] = loaded.count();
    counts[Counter.DRAM_WRITE_SECTORS.ordinal()] = stored.count();
    return new KernelRun(kernel, geometry, counts);
  }

  private static void await(ExecutorService workers, List<Callable<Boolean>> tasks) {
    try {
      for (Future<Boolean> future : workers.invokeAll(tasks)) {
        future.get();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a kernel ran", interrupted);
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case GpuFault fault -> throw fault;
        case RuntimeException exception -> throw exception;
        case Error error -> throw error;
        default -> throw new IllegalStateException(failure.getCause());
      }
    }
  }

  private void work(Allocation parameters) {
    var counting = new CountingWatch();
    var watch =
        switch (mode) {
          case FAST -> new Watch();
          case CHECKED -> new CheckingWatch();
          case COUNTING -> counting;
        };
    var instructions = 0L;
    try (var block =
        new Block(kernel.program(), geometry, memory, parameters, addresses, watch, mode)) {
      var blocks = geometry.blocks();
      for (var i = next.getAndIncrement(); i < blocks; i = next.getAndIncrement()) {
        instructions += block.run(shuffle == 0 ? i : order[(int) i], shuffle);
      }
    } catch (GpuFault fault) {
      next.set(geometry.blocks());
      throw fault;
    }
    add(counting, instructions);
  }

  private synchronized void add(CountingWatch counting, long instructions) {
    counting.addTo(counts);
    loaded.addAll(counting.loaded());
    stored.addAll(counting.stored());
    counts[Counter.WARP_INSTRUCTIONS.ordinal()] += instructions;
  }
}
