package io.gatun.engine.cli;

import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.profile.RandomTensors;
import io.gatun.graph.plan.Cost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How long runs of a workload take.
///
/// @param compileSeconds from graph to loaded executable
/// @param nanos of each run, ascending
record Measurement(String name, Cost cost, double compileSeconds, List<Long> nanos) {
  private static final int LEAST_RUNS = 5;

  /// Measures for about `seconds`, after a quarter of that to warm up.
  static Measurement of(Workload workload, Device device, double seconds) {
    long start = System.nanoTime();
    try (var executable = device.compile(workload.name(), workload.graph())) {
      double compileSeconds = (System.nanoTime() - start) * 1e-9;
      try (var tensors = RandomTensors.of(executable.plan())) {
        time(executable, tensors, seconds / 4);
        var nanos = time(executable, tensors, seconds);
        return new Measurement(workload.name(), Cost.of(executable.plan()), compileSeconds, nanos);
      }
    }
  }

  private static List<Long> time(Executable executable, RandomTensors tensors, double seconds) {
    var nanos = new ArrayList<Long>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (nanos.size() < LEAST_RUNS || System.nanoTime() < end) {
      long start = System.nanoTime();
      executable.run(tensors.inputs(), tensors.results());
      nanos.add(System.nanoTime() - start);
    }
    nanos.sort(null);
    return nanos;
  }

  private double median() {
    return nanos.get(nanos.size() / 2);
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "%-38s %10.1f us  %8.1f GFLOP/s  %7.1f GB/s   (best %.1f us, %d runs, compiled in %.0f ms)",
        name,
        median() * 1e-3,
        cost.flops() / median(),
        cost.bytes() / median(),
        nanos.getFirst() * 1e-3,
        nanos.size(),
        compileSeconds * 1e3);
  }

  Map<String, Object> json() {
    var map = new LinkedHashMap<String, Object>();
    map.put("name", name);
    map.put("median_us", median() * 1e-3);
    map.put("best_us", nanos.getFirst() * 1e-3);
    map.put("runs", nanos.size());
    map.put("gflops", cost.flops() / median());
    map.put("gbytes_per_second", cost.bytes() / median());
    map.put("compile_seconds", compileSeconds);
    return map;
  }
}
