package io.gatun.bench.peers;

import io.gatun.bench.Peer;
import io.gatun.bench.Subject;
import io.gatun.bench.Workloads;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One workload in another library, alone: what [io.gatun.bench.GatunBenchmark] is for Gatun.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PeerBenchmark {
  /// Name of the peer.
  @Param({"pytorch", "onnxruntime", "onednn"})
  public String peer;

  /// Name of the workload; one that the peer has.
  @Param("dense-128x768x768")
  public String workload;

  /// Threads that the peer may use.
  @Param("2")
  public int threads;

  private Peer opened;
  private Subject subject;

  /// For JMH.
  public PeerBenchmark() {}

  /// Makes the workload ready.
  @Setup
  public void open() {
    opened =
        ServiceLoader.load(Peer.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals(peer))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no peer is called " + peer));
    subject =
        opened
            .prepare(Workloads.named(workload), threads)
            .orElseThrow(() -> new IllegalArgumentException(peer + " has no " + workload));
  }

  /// Frees it.
  @TearDown
  public void close() {
    subject.close();
    opened.close();
  }

  /// One run.
  @Benchmark
  public void run() {
    subject.nanos(1);
  }
}
