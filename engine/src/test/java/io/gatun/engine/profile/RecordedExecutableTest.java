package io.gatun.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Devices;
import io.gatun.engine.Executable;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedExecutableTest {
  @TempDir Path folder;

  private List<RecordedEvent> recorded(boolean steps, int runs) throws IOException {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(5, 3));
    var state = t.input("state", TensorType.f32(3));
    var loop =
        Recurrence.scan(
            List.of(state),
            List.of(x),
            (c, s) -> Recurrence.Step.of(c.get(0).tanh().add(s.get(0))));
    t.output("y", loop.outputs().getFirst());
    var file = folder.resolve(steps + ".jfr");
    try (var device = Devices.open("cpu");
        var executable = device.compile("recorded", t.graph());
        var recording = new Recording()) {
      recording.enable("io.gatun.Run");
      if (steps) recording.enable("io.gatun.Step");
      run(executable, 1);
      recording.start();
      run(executable, runs);
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(e -> e.getEventType().getName().startsWith("io.gatun."))
        .filter(e -> e.getString("program").equals("recorded"))
        .toList();
  }

  private static void run(Executable executable, int runs) {
    try (var tensors = RandomTensors.of(executable.plan())) {
      for (int i = 0; i < runs; i++) executable.run(tensors.inputs(), tensors.results());
    }
  }

  @Test
  void runsAreRecorded() throws IOException {
    var events = recorded(false, 3);
    assertEquals(3, events.size(), events.toString());
    for (var event : events) {
      assertEquals("io.gatun.Run", event.getEventType().getName());
      assertTrue(event.getLong("flops") > 0 && event.getLong("bytes") > 0, event.toString());
      assertTrue(event.getDuration().toNanos() > 0, event.toString());
    }
  }

  @Test
  void stepsAreRecordedThoseOfLoopsToo() throws IOException {
    var events = recorded(true, 2);
    var steps =
        events.stream().filter(e -> e.getEventType().getName().equals("io.gatun.Step")).toList();
    var iterated = steps.stream().filter(e -> e.getString("step").contains(".")).toList();
    assertTrue(iterated.size() >= 2 * 5, events.toString());
    assertTrue(steps.stream().anyMatch(e -> e.getString("step").equals("0")), events.toString());
    assertTrue(
        iterated.stream().anyMatch(e -> e.getString("operations").contains("tanh")),
        events.toString());
    assertEquals(2, events.size() - steps.size());
  }
}
