package io.gatun.engine.cli;

import io.gatun.engine.Device;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures a few graphs, in seconds.
@Command(
    name = "bench",
    description = {
      "Measures a few graphs on this machine.",
      "",
      "They are a training step, an elementwise expression, a softmax and a matrix product. Shown"
          + " are the median time, and what that is in GFLOP/s and GB/s. Comparisons with other"
          + " libraries are in bench/; 'gatun bench models' runs the one with real models beside"
          + " ONNX Runtime and PyTorch (200 MB to fetch; see its --help).",
      ""
    },
    footer = {
      "  gatun bench",
      "  gatun bench --threads 1 --json",
      "  gatun bench models minilm resnet50",
      ""
    })
final class Bench implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "1",
      description = "Time for each measurement.")
  private double seconds;

  private final Console console;

  Bench(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!(seconds > 0)) {
      throw new ParameterException(command.commandLine(), "--seconds: not above 0: " + seconds);
    }
    try (var device = devices.open()) {
      var results = Workload.all().stream().map(w -> Measurement.of(w, device, seconds)).toList();
      if (json.wanted()) console.out().println(Json.text(json(device, results)));
      else results.forEach(r -> console.out().println(r.text()));
    }
    return 0;
  }

  private Map<String, Object> json(Device device, List<Measurement> results) {
    var map = new LinkedHashMap<String, Object>();
    map.put("device", device.name());
    map.put("results", results.stream().map(Measurement::json).toList());
    return map;
  }
}
