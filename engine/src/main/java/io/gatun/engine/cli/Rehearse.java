package io.gatun.engine.cli;

import io.gatun.engine.data.LabelledImages;
import io.gatun.engine.example.MnistPictures;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
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

/// Does a little of what commands do, on blank images and a small ONNX file: the launcher records
/// it once for the JVM's ahead-of-time cache, which makes later starts fast.
@Command(
    name = "rehearse",
    hidden = true,
    description = "Does a little of everything; the launcher prepares fast starts with it.",
    footer = {"  gatun rehearse", ""})
final class Rehearse implements Callable<Integer> {
  private static final int SAMPLES = 200;

  @Mixin private DeviceOptions devices;

  private final Console console;

  Rehearse(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("gatun-rehearsal");
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
      var digits = new LabelledImages(blank(arena, 28, 28), blank(arena));
      var data = MnistOptions.samples(digits);
      var history = model.fit(data, FitOptions.epochs(2));
      var results = model.evaluate(data);
      model.save(SavedModel.in(folder));
      var pictures = new MnistPictures(folder, console.err()::println);
      pictures.loss(history, results);
      pictures.predictions(model, digits);
      OnnxRehearsal.run(device, folder);
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) Files.delete(file);
      }
      Files.delete(folder);
    }
    console.out().println(Commands.tree(new Gatun(), console).getUsageMessage());
    return 0;
  }

  /// Zeros, `u8[SAMPLES, ...sample]`.
  private static Literal blank(Arena arena, int... sample) {
    int[] dims = new int[sample.length + 1];
    dims[0] = SAMPLES;
    System.arraycopy(sample, 0, dims, 1, sample.length);
    var type = TensorType.of(DType.U8, dims);
    return Literal.of(type, arena.allocate(type.bytes()));
  }
}
