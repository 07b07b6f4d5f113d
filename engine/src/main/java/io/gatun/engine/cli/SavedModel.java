package io.gatun.engine.cli;

import io.gatun.engine.Device;
import io.gatun.engine.nn.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/// The parameter of commands that use a trained model: the folder that `train` wrote, or the file.
final class SavedModel {
  private static final String FILE = "model.safetensors";

  @Parameters(
      paramLabel = "MODEL",
      description = "Folder that 'gatun train' wrote, or a model file.")
  private Path path;

  /// The file of the model in a folder.
  static Path in(Path folder) {
    return folder.resolve(FILE);
  }

  Path path() {
    return path;
  }

  /// Reads the model; the caller closes it.
  ///
  /// @throws IOException when there is none, saying how to make one, or it is damaged
  Model load(Device device) throws IOException {
    return load(path, device);
  }

  /// As [#load(Device)], of a folder or a file.
  static Model load(Path path, Device device) throws IOException {
    Path file = Files.isDirectory(path) ? in(path) : path;
    if (!Files.exists(file)) {
      throw new IOException(
          "there is no model " + file + "; train one: gatun train mnist --out " + path);
    }
    return Model.load(file, device);
  }
}
