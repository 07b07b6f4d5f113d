package io.gatun.engine.cli;

import io.gatun.engine.data.Mnist;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.CsvLog;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.Results;
import io.gatun.engine.train.TerminalProgress;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Trains a small network on the handwritten digits of MNIST.
@Command(
    name = "mnist",
    description = {
      "Trains a network on the 60,000 handwritten digits of MNIST.",
      "",
      "The network is Flatten, Dense(128, relu), Dense(10, softmax), trained with Adam on sparse"
          + " categorical cross-entropy. It is then evaluated on the 10,000 test digits and saved;"
          + " the loss curve and 25 predictions are drawn.",
      ""
    },
    footer = {
      "  gatun train mnist",
      "  gatun train mnist --data ~/mnist --out digits --seed 7",
      "  gatun train mnist --samples 2000 --epochs 1     a quick try",
      "  gatun train mnist --resume                      go on after Ctrl-C",
      "  gatun evaluate digits",
      ""
    })
final class TrainMnist implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private MnistOptions digits;
  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;
  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Times through the training digits.")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Digits in a step.")
  private int batch;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Train on the first N digits only. Default: all.")
  private Integer samples;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "0.001",
      description = "Of Adam.")
  private double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of first weights and shuffling; one seed gives one result, to the last bit.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "mnist-model",
      description = "Folder for model and pictures; made where it is missing.")
  private Path out;

  private final Console console;

  TrainMnist(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    check(epochs >= 1, "--epochs: " + epochs + " is below 1");
    check(batch >= 1, "--batch: " + batch + " is below 1");
    check(learningRate > 0, "--learning-rate: " + learningRate + " is not above 0");
    check(samples == null || samples >= 1, "--samples: " + samples + " is below 1");
    devices.name();
    Files.createDirectories(out);
    var log = json.wanted() ? console.err() : console.out();
    try (var arena = Arena.ofShared();
        var device = devices.open()) {
      var mnist = digits.load(console, arena);
      int count =
          samples == null ? mnist.train().count() : Math.min(samples, mnist.train().count());
      var training = MnistOptions.samples(mnist.train()).slice(0, count);
      try (var model = network().compile(device, compilation())) {
        log.print(model.summary());
        log.printf("%,d training digits, device %s%n", count, device.name());
        var options =
            FitOptions.untilEpoch(epochs)
                .withBatchSize(batch)
                .withCallback(TerminalProgress.of(log))
                .withCallback(new CsvLog(out.resolve("history.csv")));
        long start = System.nanoTime();
        var fitted = checkpoint.fit(model, training, options, out, console);
        if (fitted.isEmpty()) return CheckpointOptions.INTERRUPTED;
        var history = fitted.get();
        double seconds = (System.nanoTime() - start) * 1e-9;
        var test = model.evaluate(MnistOptions.samples(mnist.test()));
        log.printf("%,d test digits: %s%n", mnist.test().count(), test);
        save(model, mnist, history, test, log::println);
        if (json.wanted()) console.out().println(result(count, seconds, history, test));
      }
    }
    return 0;
  }

  private void check(boolean condition, String message) {
    if (!condition) throw new ParameterException(command.commandLine(), message);
  }

  private static Sequential network() {
    return Sequential.of(
        Shape.of(28, 28),
        new Flatten(),
        Dense.of(128, Activation.RELU),
        Dense.of(Mnist.CLASSES, Activation.SOFTMAX));
  }

  private Compilation compilation() {
    return Compilation.of(Adam.of(learningRate), SparseCategoricalCrossEntropy.of(), new Accuracy())
        .withSeed(seed);
  }

  private void save(
      Model model,
      Mnist mnist,
      History history,
      Results test,
      java.util.function.Consumer<String> log)
      throws IOException {
    var file = SavedModel.in(out);
    model.save(file);
    log.accept("model: " + file);
    var pictures = new MnistPictures(out, log);
    if (!history.epochs().isEmpty()) pictures.loss(history, test);
    pictures.predictions(model, mnist.test());
  }

  private String result(int count, double seconds, History history, Results test) {
    var result = new LinkedHashMap<String, Object>();
    result.put("samples", count);
    result.put("epochs", epochs);
    result.put("batch", batch);
    result.put("seed", seed);
    result.put("device", devices.name());
    result.put("training_seconds", seconds);
    if (!history.epochs().isEmpty()) {
      result.put("training_loss", history.last().results().loss());
      result.put("training_accuracy", history.last().results().metric("accuracy"));
    }
    result.put("test_loss", test.loss());
    result.put("test_accuracy", test.metric("accuracy"));
    result.put("model", SavedModel.in(out).toString());
    return Json.text(result);
  }
}
