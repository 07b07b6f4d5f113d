package io.gatun.graph.onnx;

import io.gatun.graph.ir.Graph;
import java.nio.file.Path;
import java.util.Optional;

/// Reads ONNX files.
public final class Onnx {
  private Onnx() {}

  /// The graph of a model whose dimensions are all given in the file.
  ///
  /// @throws OnnxException when the file is broken, an operator is not supported or a dimension is
  ///     open; [#model] binds those
  public static Graph read(Path path) {
    return model(path).graph();
  }

  /// The model of a file. Its weights stay in the mapped file.
  ///
  /// @throws OnnxException when the file is no model
  public static OnnxModel model(Path path) {
    return new OnnxModel(
        path.toString(),
        ModelFile.parse(path),
        Optional.ofNullable(path.toAbsolutePath().getParent()));
  }

  /// The model of these bytes, which has no external data.
  ///
  /// @throws OnnxException when they are no model
  public static OnnxModel model(String name, byte[] bytes) {
    return new OnnxModel(name, ModelFile.parse(name, bytes), Optional.empty());
  }
}
