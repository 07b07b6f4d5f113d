package io.gatun.engine.cli;

import io.gatun.engine.nn.Model;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Says what a trained model sees in images.
@Command(
    name = "predict",
    description = {
      "Says what a trained model sees in images.",
      "",
      "For each image there is a label, then the probability of every class. Without images, the"
          + " first test digits of MNIST are shown with their true labels.",
      ""
    },
    footer = {
      "  gatun predict mnist-model",
      "  gatun predict mnist-model seven.png --invert",
      "  gatun predict mnist-model digits.npy --json",
      ""
    })
final class Predict implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SavedModel saved;

  @Parameters(
      index = "1..*",
      paramLabel = "IMAGE",
      description =
          "PNG files, scaled to the model's size, or npy arrays [height, width] or [n, height,"
              + " width], bytes or floats from 0 to 1.")
  private List<Path> images = List.of();

  @Option(
      names = "--invert",
      description = "PNG files show dark digits on light ground; MNIST's are light on dark.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private boolean invert;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many test digits where no image is given.")
  private int count;

  @Mixin private MnistOptions digits;
  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  Predict(Console console) {
    this.console = console;
  }

  /// One answer and what it is about.
  private record Line(String name, Answer answer, Map<String, Object> more) {}

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new ParameterException(command.commandLine(), "--count: " + count + " is below 1");
    }
    try (var arena = Arena.ofShared();
        var device = devices.open();
        var model = saved.load(device)) {
      var lines = images.isEmpty() ? digits(model, arena) : given(model, arena);
      if (json.wanted()) {
        console
            .out()
            .println(Json.text(Map.of("predictions", lines.stream().map(Predict::map).toList())));
      } else {
        for (Line line : lines) {
          var truth =
              line.more().containsKey("true_label")
                  ? " (is " + line.more().get("true_label") + ")"
                  : "";
          console.out().println(line.name() + truth + ": " + line.answer().text());
        }
      }
    }
    return 0;
  }

  private static Map<String, Object> map(Line line) {
    var map = new LinkedHashMap<String, Object>();
    map.put("image", line.name());
    map.put("label", line.answer().label());
    map.put("probabilities", line.answer().probabilities());
    map.putAll(line.more());
    return map;
  }

  private List<Line> digits(Model model, Arena arena) throws IOException {
    var test = digits.load(console.err(), arena).test();
    int shown = Math.min(count, test.count());
    var answers = Answer.of(model, MnistOptions.pixels(test).slice(0, shown));
    var lines = new ArrayList<Line>();
    for (int i = 0; i < shown; i++) {
      lines.add(new Line("test digit " + i, answers.get(i), Map.of("true_label", test.label(i))));
    }
    return lines;
  }

  private List<Line> given(Model model, Arena arena) throws IOException {
    var sample = model.network().inputs().getFirst();
    var lines = new ArrayList<Line>();
    for (Path image : images) {
      var answers = Answer.of(model, ImageFile.read(image, sample, invert, arena));
      for (int i = 0; i < answers.size(); i++) {
        var name = answers.size() == 1 ? image.toString() : image + "[" + i + "]";
        lines.add(new Line(name, answers.get(i), Map.of()));
      }
    }
    return lines;
  }
}
