package io.gatun.bench;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.openjdk.jmh.annotations.Param;

/// A graph of yours: `-p file=my.graph` names a file with its text, as `graph.toString()` writes
/// it, or an ONNX file, `model.onnx`. Inputs are filled by [Numbers].
public class GraphFileBenchmark extends GraphBenchmark {
  /// Path of the file.
  @Param("bench/example.graph")
  public String file;

  /// Shapes of the inputs of an ONNX file, where it leaves them open: `x=1x3x224x224 mask=1x128`.
  @Param("none")
  public String shapes;

  /// Name of the device.
  @Param("cpu")
  public String device;

  /// For JMH.
  public GraphFileBenchmark() {}

  @Override
  protected String device() {
    return device;
  }

  @Override
  protected Graph graph() throws IOException {
    if (!file.endsWith(".onnx")) return GraphText.parse(Files.readString(Path.of(file)));
    var bindings = Bindings.none();
    for (String shape : shapes.equals("none") ? new String[0] : shapes.strip().split(" +")) {
      int sign = shape.lastIndexOf('=');
      var size = sign > 0 ? Shape.parse(shape.substring(sign + 1)) : Optional.<Shape>empty();
      if (size.isEmpty()) {
        throw new IllegalArgumentException(
            "shapes: \"" + shape + "\" is no shape; write -p \"shapes=x=1x3x224x224 mask=1x128\"");
      }
      bindings = bindings.shape(shape.substring(0, sign), size.get());
    }
    return Onnx.model(Path.of(file)).graph(bindings);
  }
}
