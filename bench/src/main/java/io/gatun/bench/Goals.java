package io.gatun.bench;

import io.gatun.bench.Workload.Addition;
import io.gatun.bench.Workload.CnnStep;
import io.gatun.bench.Workload.Convolution;
import io.gatun.bench.Workload.Dense;
import io.gatun.bench.Workload.GeluChain;
import io.gatun.bench.Workload.LayerNorm;
import io.gatun.bench.Workload.MlpStep;
import io.gatun.bench.Workload.ModelFile;
import io.gatun.bench.Workload.Softmax;
import java.util.OptionalDouble;

/// The times that Gatun means to keep to, as a share of a peer's.
final class Goals {
  private static final int LARGE = 1 << 24;

  private Goals() {}

  /// The largest ratio of Gatun's time to that of `peer`; empty where none is set.
  static OptionalDouble ratio(Workload workload, String peer) {
    return switch (peer) {
      case "pytorch" -> pytorch(workload);
      case "onednn" -> oneDnn(workload);
      case "memory" -> memory(workload);
      default -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble pytorch(Workload workload) {
    return switch (workload) {
      case MlpStep _ -> OptionalDouble.of(0.4);
      case CnnStep _ -> OptionalDouble.of(0.7);
      case GeluChain g when g.size() < LARGE -> OptionalDouble.of(0.5);
      case Softmax _, LayerNorm _ -> OptionalDouble.of(0.8);
      case GeluChain _, Dense _, Convolution _, Addition _, ModelFile _ -> OptionalDouble.empty();
    };
  }

  /// Gatun with bias and activation against oneDNN's product alone: 0.95 of its speed; against its
  /// convolution with both: 0.9.
  private static OptionalDouble oneDnn(Workload workload) {
    return switch (workload) {
      case Dense d when d.m() > 1 -> OptionalDouble.of(1 / 0.95);
      case Convolution _ -> OptionalDouble.of(1 / 0.9);
      case Dense _,
          MlpStep _,
          CnnStep _,
          GeluChain _,
          Softmax _,
          LayerNorm _,
          Addition _,
          ModelFile _ ->
          OptionalDouble.empty();
    };
  }

  private static OptionalDouble memory(Workload workload) {
    return switch (workload) {
      case GeluChain g when g.size() >= LARGE -> OptionalDouble.of(1 / 0.85);
      case Dense d when d.m() == 1 -> OptionalDouble.of(1 / 0.9);
      case GeluChain _, Dense _, MlpStep _, CnnStep _, Softmax _, LayerNorm _ ->
          OptionalDouble.empty();
      case Convolution _, Addition _, ModelFile _ -> OptionalDouble.empty();
    };
  }
}
