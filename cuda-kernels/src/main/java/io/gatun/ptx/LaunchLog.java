package io.gatun.ptx;

import java.util.LinkedHashMap;
import java.util.Map;

/// Sums up the launches of a driver, kernel by kernel.
final class LaunchLog {
  /// What launches of one sum have in common.
  private record Key(VirtualFunction function, int threads, int dynamicSharedBytes) {}

  private static final class Sum {
    final long[] counts = new long[Counter.COUNT];
    long launches;
    long blocks;
    KernelCeiling ceiling;

    Sum(KernelCeiling first) {
      ceiling = first;
    }
  }

  private final Map<Key, Sum> sums = new LinkedHashMap<>();

  void accept(VirtualFunction function, KernelRun run) {
    var geometry = run.geometry();
    var key = new Key(function, geometry.threadsPerBlock(), geometry.sharedBytes());
    var ceiling = KernelCeiling.of(function.module().device(), run);
    var sum = sums.get(key);
    if (sum == null) {
      sum = new Sum(ceiling);
      sums.put(key, sum);
    } else {
      sum.ceiling = sum.ceiling.plus(ceiling);
    }
    sum.launches++;
    sum.blocks += geometry.blocks();
    for (var counter : Counter.values()) {
      sum.counts[counter.ordinal()] += run.count(counter);
    }
  }

  KernelReport report() {
    return new KernelReport(
        sums.entrySet().stream().map(entry -> row(entry.getKey(), entry.getValue())).toList());
  }

  private static KernelReport.Row row(Key key, Sum sum) {
    var counts = new LinkedHashMap<Counter, Long>();
    for (var counter : Counter.values()) {
      counts.put(counter, sum.counts[counter.ordinal()]);
    }
    return new KernelReport.Row(
        key.function().kernel().name(),
        key.function().module().device().name(),
        sum.launches,
        sum.blocks,
        key.threads(),
        key.function().registers(),
        key.function().occupancy(key.threads(), key.dynamicSharedBytes()),
        counts,
        sum.ceiling);
  }
}
