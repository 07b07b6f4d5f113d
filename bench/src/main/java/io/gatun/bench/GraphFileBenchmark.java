package io.gatun.bench;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.graph.ir.GraphText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// A graph of yours: `-p file=my.graph` names a file with its text, as `graph.toString()` writes
/// it. Inputs are filled by [Numbers].
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GraphFileBenchmark {
  /// Path of the file.
  @Param("bench/example.graph")
  public String file;

  /// Name of the device.
  @Param("cpu")
  public String device;

  private Device opened;
  private BoundGraph graph;

  /// For JMH.
  public GraphFileBenchmark() {}

  /// Reads and compiles the graph.
  ///
  /// @throws IOException if the file cannot be read
  @Setup
  public void open() throws IOException {
    var parsed = GraphText.parse(Files.readString(Path.of(file)));
    opened = Devices.open(device);
    graph = new BoundGraph(opened, parsed);
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
