package io.gatun.bench;

import io.gatun.bench.Workload.Addition;
import io.gatun.bench.Workload.CnnStep;
import io.gatun.bench.Workload.Convolution;
import io.gatun.bench.Workload.Dense;
import io.gatun.bench.Workload.GeluChain;
import io.gatun.bench.Workload.LayerNorm;
import io.gatun.bench.Workload.MlpStep;
import io.gatun.bench.Workload.ModelFile;
import io.gatun.bench.Workload.Softmax;
import io.gatun.engine.cpu.ThreadPool;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// The yardstick of what is bound by memory: a copy that moves as many bytes as an elementwise
/// chain, a sum over as many bytes as the weights of a product of one row.
public final class MemoryPeer implements Peer {
  private static final int READ_CHUNK = 1 << 16;

  MemoryPeer() {}

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String version() {
    return "memory: copy of MemorySegment, sum over int[] in four streams";
  }

  @Override
  public Optional<Subject> prepare(Workload workload, int threads) {
    return switch (workload) {
      case GeluChain g -> Optional.of(copy(g.bytes() / 2, threads));
      case Dense d when d.m() == 1 -> Optional.of(read(d.k() * d.n(), threads));
      case Dense _, MlpStep _, CnnStep _, Softmax _, LayerNorm _ -> Optional.empty();
      case Convolution _, Addition _, ModelFile _ -> Optional.empty();
    };
  }

  /// Copies `bytes`, so twice as many move; each thread one piece.
  private static Subject copy(long bytes, int threads) {
    var arena = Arena.ofShared();
    var from = arena.allocate(bytes, 4096).fill((byte) 1);
    var to = arena.allocate(bytes, 4096).fill((byte) 2);
    var pool = new ThreadPool(threads);
    ThreadPool.Task task =
        (begin, end, _) ->
            to.asSlice(begin, end - begin).copyFrom(from.asSlice(begin, end - begin));
    long piece = Math.ceilDiv(bytes, threads);
    return Subject.of(
        () -> pool.run(task, bytes, piece, 1),
        () -> {
          pool.close();
          arena.close();
        });
  }

  /// Reads so many numbers of four bytes once in a run.
  public static Subject read(int numbers, int threads) {
    int[] data = new int[numbers];
    var sum = new AtomicLong();
    var pool = new ThreadPool(threads);
    ThreadPool.Task task = (begin, end, _) -> sum.addAndGet(sum(data, (int) begin, (int) end));
    return Subject.of(() -> pool.run(task, numbers, READ_CHUNK, 1), pool::close);
  }

  /// Four streams, which the JVM's compiler turns into vector instructions; one alone reaches half
  /// of the bandwidth.
  private static int sum(int[] data, int begin, int end) {
    int quarter = (end - begin) / 4;
    int a = 0;
    int b = 0;
    int c = 0;
    int d = 0;
    for (int i = begin; i < begin + quarter; i++) {
      a += data[i];
      b += data[i + quarter];
      c += data[i + 2 * quarter];
      d += data[i + 3 * quarter];
    }
    int rest = 0;
    for (int i = begin + 4 * quarter; i < end; i++) rest += data[i];
    return a + b + c + d + rest;
  }
}
