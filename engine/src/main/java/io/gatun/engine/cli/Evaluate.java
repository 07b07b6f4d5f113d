package io.gatun.engine.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Measures a trained model on the test digits.
@Command(
    name = "evaluate",
    description = "Measures a trained model on the 10,000 test digits of MNIST.",
    footer = {
      "  gatun evaluate mnist-model",
      "  gatun evaluate mnist-model --data ~/mnist --json",
      ""
    })
final class Evaluate implements Callable<Integer> {
  @Mixin private SavedModel saved;
  @Mixin private MnistOptions digits;
  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  Evaluate(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (var arena = Arena.ofShared();
        var device = devices.open();
        var model = saved.load(device)) {
      var test = digits.load(console.err(), arena).test();
      long start = System.nanoTime();
      var results = model.evaluate(MnistOptions.samples(test));
      double seconds = (System.nanoTime() - start) * 1e-9;
      if (json.wanted()) {
        var result = new LinkedHashMap<String, Object>();
        result.put("model", saved.path().toString());
        result.put("samples", test.count());
        result.put("loss", results.loss());
        result.putAll(results.metrics());
        result.put("seconds", seconds);
        console.out().println(Json.text(result));
      } else {
        console.out().printf("%,d test digits: %s%n", test.count(), results);
      }
    }
    return 0;
  }
}
