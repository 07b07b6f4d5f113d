package io.gatun.bench.gpu;

import io.gatun.bench.BoundGraph;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
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

/// A run of one workload of [GpuWorkloads] on a GPU, with the copies of its inputs and results.
/// `GATUN_LIBRARIES=off` in the environment does it without cuBLASLt and cuDNN.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class GpuBenchmark {
  /// Name of the workload.
  @Param("dense-1024x1024x1024")
  public String workload;

  /// Name of the device.
  @Param("cuda")
  public String device;

  private Device opened;
  private BoundGraph graph;

  /// For JMH.
  public GpuBenchmark() {}

  /// Compiles the workload.
  @Setup
  public void open() {
    opened = Devices.open(device);
    graph = new BoundGraph(opened, GpuWorkloads.graph(workload));
  }

  /// Frees it.
  @TearDown
  public void close() {
    graph.close();
    opened.close();
  }

  /// One run.
  @Benchmark
  public void run() {
    graph.run();
  }
}
