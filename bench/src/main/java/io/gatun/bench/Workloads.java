package io.gatun.bench;

import io.gatun.bench.Workload.Addition;
import io.gatun.bench.Workload.CnnStep;
import io.gatun.bench.Workload.Convolution;
import io.gatun.bench.Workload.Dense;
import io.gatun.bench.Workload.GeluChain;
import io.gatun.bench.Workload.LayerNorm;
import io.gatun.bench.Workload.MlpStep;
import io.gatun.bench.Workload.Softmax;
import java.util.List;

/// The workloads that are measured.
public final class Workloads {
  private Workloads() {}

  /// All of them, in the order of the table of results.
  public static List<Workload> all() {
    return List.of(
        new MlpStep(32),
        new MlpStep(128),
        new CnnStep(32),
        new GeluChain(1 << 24),
        new GeluChain(1 << 20),
        new GeluChain(1 << 14),
        new Softmax(1024, 1024),
        new LayerNorm(1024, 1024),
        new Dense(128, 768, 768),
        new Dense(128, 768, 3072),
        new Dense(128, 3072, 768),
        new Dense(1024, 1024, 1024),
        new Dense(32, 784, 128),
        new Dense(1, 768, 3072),
        // The shapes of ResNet-50 (He et al. 2016), for one image.
        new Convolution(1, 56, 64, 64, 3, 1),
        new Convolution(1, 28, 128, 128, 3, 1),
        new Convolution(1, 14, 256, 256, 3, 1),
        new Convolution(1, 7, 512, 512, 3, 1),
        new Convolution(1, 56, 128, 128, 3, 2),
        new Convolution(1, 28, 256, 256, 3, 2),
        new Convolution(1, 14, 512, 512, 3, 2),
        new Convolution(1, 56, 64, 64, 1, 1),
        new Convolution(1, 56, 64, 256, 1, 1),
        new Convolution(1, 56, 256, 64, 1, 1),
        new Convolution(1, 28, 512, 128, 1, 1),
        new Convolution(1, 28, 128, 512, 1, 1),
        new Convolution(1, 14, 1024, 256, 1, 1),
        new Convolution(1, 14, 256, 1024, 1, 1),
        new Convolution(1, 7, 2048, 512, 1, 1),
        new Convolution(1, 7, 512, 2048, 1, 1),
        new Convolution(1, 56, 256, 512, 1, 2),
        new Convolution(1, 28, 512, 1024, 1, 2),
        new Convolution(1, 14, 1024, 2048, 1, 2),
        new Addition(16));
  }

  /// The workload of this name.
  public static Workload named(String name) {
    return all().stream()
        .filter(w -> w.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
  }

  /// The workloads whose names begin with one of these; all for none.
  public static List<Workload> matching(List<String> prefixes) {
    for (String prefix : prefixes) {
      if (all().stream().noneMatch(w -> w.name().startsWith(prefix))) {
        throw new IllegalArgumentException(unknown(prefix));
      }
    }
    return all().stream()
        .filter(w -> prefixes.isEmpty() || prefixes.stream().anyMatch(w.name()::startsWith))
        .toList();
  }

  private static String unknown(String name) {
    return "no workload is called \"%s\"; there are %s"
        .formatted(name, all().stream().map(Workload::name).toList());
  }
}
