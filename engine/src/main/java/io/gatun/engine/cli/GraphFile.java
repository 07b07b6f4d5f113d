package io.gatun.engine.cli;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.GraphText;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files with the text of a graph.
final class GraphFile {
  private GraphFile() {}

  /// The graph.
  ///
  /// @throws IOException when the file holds none, naming the line
  static Graph read(Path file) throws IOException {
    try {
      return GraphText.parse(Files.readString(file));
    } catch (GraphException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    } catch (MalformedInputException e) {
      throw new IOException(file + " is no text", e);
    }
  }
}
