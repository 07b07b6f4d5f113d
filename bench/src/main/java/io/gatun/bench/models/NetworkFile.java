package io.gatun.bench.models;

import io.gatun.engine.data.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where the file of a network comes from.
sealed interface NetworkFile {
  /// The file; empty where it is absent.
  ///
  /// @param folder for files that are written
  Optional<Path> find(Path folder) throws IOException;

  /// What brings an absent one.
  String cure();

  /// One that `gatun fetch` brings.
  ///
  /// @param suffix of the file's name
  record Fetched(Pretrained network, String suffix) implements NetworkFile {
    @Override
    public Optional<Path> find(Path folder) throws IOException {
      return network.isCached() ? Optional.of(network.file(suffix)) : Optional.empty();
    }

    @Override
    public String cure() {
      return "not fetched: gatun fetch " + network.text();
    }
  }

  /// One of random weights, written at its first use.
  ///
  /// @param name of the file, or the folder
  record Built(String name, Writer writer) implements NetworkFile {
    /// Writes a network.
    @FunctionalInterface
    interface Writer {
      void write(Path file) throws IOException;
    }

    @Override
    public Optional<Path> find(Path folder) throws IOException {
      var file = folder.resolve(name);
      if (!Files.exists(file)) {
        var part = folder.resolve(name + ".part");
        writer.write(part);
        Files.move(part, file);
      }
      return Optional.of(file);
    }

    @Override
    public String cure() {
      return "";
    }
  }
}
