package io.gatun.engine.cli;

import io.gatun.engine.nn.Accuracy;
import io.gatun.engine.nn.Activation;
import io.gatun.engine.nn.Adam;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Dense;
import io.gatun.engine.nn.Flatten;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.SparseCategoricalCrossEntropy;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Does a little of what commands do, on blank images: the launcher records it once for the JVM's
/// ahead-of-time cache, which makes later starts fast.
@Command(
    name = "rehearse",
    hidden = true,
    description = "Trains on blank images; the launcher prepares fast starts with it.",
    footer = {"  gatun rehearse", ""})
final class Rehearse implements Callable<Integer> {
  private static final int SAMPLES = 200;

  @Mixin private DeviceOptions devices;

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("gatun-rehearsal");
    Path file = folder.resolve("model.safetensors");
    try (var arena = Arena.ofShared();
        var device = devices.open();
        var model =
            Sequential.of(
                    Shape.of(28, 28),
                    new Flatten(),
                    Dense.of(128, Activation.RELU),
                    Dense.of(10, Activation.SOFTMAX))
                .compile(
                    device,
                    Compilation.of(
                        Adam.of(), SparseCategoricalCrossEntropy.of(), new Accuracy()))) {
      var data = Dataset.of(blank(arena, 28, 28).scaled(1 / 255.0), blank(arena));
      model.fit(data, FitOptions.epochs(1));
      model.evaluate(data);
      model.save(file);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
    return 0;
  }

  private static Column blank(Arena arena, int... sample) {
    int[] dims = new int[sample.length + 1];
    dims[0] = SAMPLES;
    System.arraycopy(sample, 0, dims, 1, sample.length);
    var type = TensorType.of(DType.U8, dims);
    return Column.of("blank", Literal.of(type, arena.allocate(type.bytes())));
  }
}
