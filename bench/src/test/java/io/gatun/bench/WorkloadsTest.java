package io.gatun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bench.Workload.Addition;
import io.gatun.bench.Workload.CnnStep;
import io.gatun.bench.Workload.Convolution;
import io.gatun.bench.Workload.Dense;
import io.gatun.bench.Workload.GeluChain;
import io.gatun.bench.Workload.LayerNorm;
import io.gatun.bench.Workload.MlpStep;
import io.gatun.bench.Workload.Softmax;
import io.gatun.engine.Devices;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadsTest {
  /// Each kind, small enough for the reference device.
  static List<Workload> small() {
    return List.of(
        new MlpStep(2),
        new CnnStep(1),
        new GeluChain(33),
        new Softmax(3, 5),
        new LayerNorm(3, 5),
        new Dense(2, 5, 3),
        new Convolution(1, 5, 2, 3, 3, 2),
        new Addition(16));
  }

  @ParameterizedTest
  @MethodSource("small")
  void theCpuComputesWhatTheReferenceDoes(Workload workload) {
    try (var cpu = Devices.open("cpu");
        var reference = Devices.open("reference");
        var actual = new BoundGraph(cpu, workload.graph());
        var expected = new BoundGraph(reference, workload.graph())) {
      for (int step = 0; step < 2; step++) {
        actual.run();
        expected.run();
      }
      for (int i = 0; i < expected.results().size(); i++) {
        float[] want = expected.results().get(i).toFloats();
        float[] got = actual.results().get(i).toFloats();
        assertEquals(want.length, got.length);
        for (int j = 0; j < want.length; j++) {
          assertEquals(want[j], got[j], 2e-5, workload.name() + " result " + i + " at " + j);
        }
      }
    }
  }

  @Test
  void namesAreUniqueAndFound() {
    var names = Workloads.all().stream().map(Workload::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
    assertEquals(new MlpStep(32), Workloads.named("mlp-32"));
    assertEquals(List.of(new MlpStep(32), new MlpStep(128)), Workloads.matching(List.of("mlp")));
    var unknown =
        assertThrows(IllegalArgumentException.class, () -> Workloads.named("rnn")).getMessage();
    assertTrue(unknown.contains("mlp-32"), unknown);
  }
}
