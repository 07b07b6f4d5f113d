package io.gatun.bench;

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

/// One workload of [Workloads] on a device of Gatun: time of a run, and with `-prof gc` the bytes
/// that it allocates.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GatunBenchmark {
  /// Name of the workload; others by `-p workload=...`.
  @Param({"add-16", "mlp-32", "mlp-128", "cnn-32", "softmax-1024x1024", "layernorm-1024x1024"})
  public String workload;

  /// Name of the device.
  @Param("cpu")
  public String device;

  private Device opened;
  private BoundGraph graph;

  /// For JMH.
  public GatunBenchmark() {}

  /// Compiles the workload.
  @Setup
  public void open() {
    opened = Devices.open(device);
    graph = new BoundGraph(opened, Workloads.named(workload).graph());
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
