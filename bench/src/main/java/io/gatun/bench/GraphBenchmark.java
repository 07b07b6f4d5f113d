package io.gatun.bench;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.graph.ir.Graph;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The time of a run of one graph on one device, which a benchmark chooses by its parameters.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public abstract class GraphBenchmark {
  private Device opened;
  private BoundGraph bound;

  /// For JMH.
  protected GraphBenchmark() {}

  /// Name of the device.
  protected abstract String device();

  /// What is run.
  ///
  /// @throws IOException if it lies in a file that cannot be read
  protected abstract Graph graph() throws IOException;

  /// Reads and compiles the graph.
  ///
  /// @throws IOException if it lies in a file that cannot be read
  @Setup
  public void open() throws IOException {
    var graph = graph();
    opened = Devices.open(device());
    bound = new BoundGraph(opened, graph);
  }

  /// Frees it.
  @TearDown
  public void close() {
    bound.close();
    opened.close();
  }

  /// One run.
  @Benchmark
  public void run() {
    bound.run();
  }
}
