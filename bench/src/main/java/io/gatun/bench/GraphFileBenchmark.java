package io.gatun.bench;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
/// it, or an ONNX file, `model.onnx`. Inputs are filled by [Numbers].
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

  /// Shapes of the inputs of an ONNX file, where it leaves them open: `x=1x3x224x224 mask=1x128`.
  @Param("none")
  public String shapes;

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
    var read = read();
    opened = Devices.open(device);
    graph = new BoundGraph(opened, read);
  }

  private Graph read() throws IOException {
    if (!file.endsWith(".onnx")) return GraphText.parse(Files.readString(Path.of(file)));
    var bindings = Bindings.none();
    for (String shape : shapes.equals("none") ? new String[0] : shapes.strip().split(" +")) {
      if (!shape.matches(".+=[0-9]{1,9}(x[0-9]{1,9})*")) {
        throw new IllegalArgumentException(
            "shapes: \"" + shape + "\" is no shape; write -p \"shapes=x=1x3x224x224 mask=1x128\"");
      }
      int sign = shape.lastIndexOf('=');
      var sizes = Stream.of(shape.substring(sign + 1).split("x")).mapToInt(Integer::parseInt);
      bindings = bindings.shape(shape.substring(0, sign), Shape.of(sizes.toArray()));
    }
    return Onnx.model(Path.of(file)).graph(bindings);
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
