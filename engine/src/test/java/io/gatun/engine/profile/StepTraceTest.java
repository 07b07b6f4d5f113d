package io.gatun.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.Devices;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A trace against what the document "Trace Event Format" asks of the object format, metadata and
/// complete events, and what readers of it make slices of.
class StepTraceTest {
  private static final int RUNS = 3;
  private static final Set<String> MEMBERS =
      Set.of("name", "cat", "ph", "ts", "dur", "pid", "tid", "args");

  @TempDir private Path folder;

  private JsonNode trace() throws IOException {
    var t = new Tracer();
    var x = t.input("x \"quoted\" \u00fc", TensorType.f32(64, 32));
    var w = t.input("w", TensorType.f32(32, 48));
    t.output("y", Nn.softmax(x.matmul(w), 1).matmul(w.transpose()));
    var file = folder.resolve("trace.json");
    try (var device = Devices.open("cpu");
        var executable = device.load(Compiler.compile(t.graph(), device.target()));
        var tensors = RandomTensors.of(executable.plan())) {
      var trace = new StepTrace(executable.plan());
      for (int i = 0; i < RUNS; i++) executable.run(tensors.inputs(), tensors.results(), trace);
      assertEquals(0, trace.dropped());
      trace.write(file, "a name");
    }
    return new ObjectMapper()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .readTree(file.toFile());
  }

  private static List<JsonNode> events(JsonNode trace, String phase) {
    var events = new ArrayList<JsonNode>();
    for (var event : trace.get("traceEvents")) {
      if (event.get("ph").asText().equals(phase)) events.add(event);
    }
    return events;
  }

  @Test
  void membersAreThoseOfTheFormat() throws IOException {
    var trace = trace();
    assertTrue(Set.of("ms", "ns").contains(trace.get("displayTimeUnit").asText()));
    var metadata = events(trace, "M");
    var complete = events(trace, "X");
    assertEquals(trace.get("traceEvents").size(), metadata.size() + complete.size());
    assertEquals(
        List.of("process_name gatun", "thread_name a name"),
        metadata.stream()
            .map(e -> e.get("name").asText() + " " + e.at("/args/name").asText())
            .toList());
    for (var event : complete) {
      event.fieldNames().forEachRemaining(name -> assertTrue(MEMBERS.contains(name), name));
      for (var text : List.of("name", "cat")) assertTrue(event.get(text).isTextual(), text);
      for (var whole : List.of("pid", "tid")) assertTrue(event.get(whole).isInt(), whole);
      for (var time : List.of("ts", "dur")) {
        assertTrue(event.get(time).isNumber(), time);
        assertTrue(event.get(time).decimalValue().signum() >= 0, time);
      }
      assertTrue(!event.has("args") || event.get("args").isObject());
    }
  }

  /// Readers make slices of complete events of one thread by a stack: each lies within the one that
  /// is open, or begins after it has ended.
  @Test
  void slicesNestAndEachRunHasItsSteps() throws IOException {
    var trace = trace();
    var open = new ArrayDeque<BigDecimal>();
    var last = BigDecimal.ZERO;
    int runs = 0;
    int steps = 0;
    for (var event : events(trace, "X")) {
      var begin = event.get("ts").decimalValue();
      var end = begin.add(event.get("dur").decimalValue());
      assertTrue(begin.compareTo(last) >= 0, "events are in the order of their beginnings");
      last = begin;
      while (!open.isEmpty() && open.peek().compareTo(begin) <= 0) open.pop();
      assertTrue(open.isEmpty() || end.compareTo(open.peek()) <= 0, event.toString());
      boolean isRun = event.get("cat").asText().equals("run");
      assertEquals(isRun ? 0 : 1, open.size(), event.toString());
      open.push(end);
      if (isRun) runs++;
      else steps++;
    }
    assertEquals(RUNS, runs);
    assertTrue(steps >= 2 * RUNS && steps % RUNS == 0, steps + " steps");
  }
}
