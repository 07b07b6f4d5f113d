package io.gatun.bench.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bench.Interleaved;
import io.gatun.bench.models.Outcome.Skipped;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.nn.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuRowsTest {
  @Test
  void namesAreDistinctAndTellThePrecisionOfNetworks() {
    var names = GpuRows.all().stream().map(Row::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
    assertTrue(
        names.containsAll(
            List.of("bert-base-8x128-tf32", "resnet50-32-f32", "gpt-8x1024-768x12-bf16")),
        names.toString());
  }

  @Test
  void stepsOfTrainingAreTimedAndTheModelIsClosed() {
    var shape = new GptTraining.Shape(2, 8, 64, 1);
    try (var device = Devices.open("cpu")) {
      var steps = new GptTraining(device, shape, new Precision.Full());
      assertTrue(steps.nanos(5) > 0);
      assertTrue(steps.nanos(1) > 0);
      steps.close();
      assertThrows(EngineException.class, () -> steps.nanos(1));
    }
  }

  @Test
  void withoutPyTorchARowSaysWhatNamesIt() throws IOException {
    var session =
        new Session(
            Devices.open("reference"), 1, List.of(), new Interleaved(1, 1, 1, 1), Path.of(""));
    try (var device = session.device()) {
      var outcome = GpuRows.all().getFirst().measure(session);
      var skipped = assertInstanceOf(Skipped.class, outcome, device.name());
      assertTrue(skipped.cure().contains("GATUN_BENCH_PYTHON"), skipped.cure());
    }
  }
}
