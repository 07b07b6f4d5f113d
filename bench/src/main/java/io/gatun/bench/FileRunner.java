package io.gatun.bench;

import io.gatun.graph.tensor.TensorType;
import java.nio.file.Path;
import java.util.Map;

/// A [Peer] that runs ONNX files.
public interface FileRunner {
  /// The model of a file, with the inputs that [Numbers] fills.
  ///
  /// @param threads threads that it may use
  Subject open(Path file, Map<String, TensorType> inputs, int threads);
}
