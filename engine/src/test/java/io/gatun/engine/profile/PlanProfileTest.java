package io.gatun.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.Devices;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanProfileTest {
  private static final String GRAPH =
      """
      %0:f32[4,3] = input "x"
      %1:f32[3,2] = input "w"
      %2:f32[4,2] = matmul %0 %1
      %3:f32[4,2] = tanh %2
      return "y" %3
      """;

  private static final Roofline ROOFLINE = new Roofline("this", 2, 100, 10);

  @TempDir Path folder;

  private static StepProfile step(int index, double nanos, Cost cost, StepProfile... body) {
    return new StepProfile(
        index,
        "step " + index,
        1,
        nanos,
        nanos,
        cost,
        List.of("add"),
        List.of("node" + index),
        List.of(body));
  }

  @Test
  void ratesAndThePartOfTheRooflineFollowFromTimeAndCost() {
    var compute = step(0, 1000, new Cost(50_000, 100, 0));
    assertEquals(50, compute.gflops());
    assertEquals(0.5, compute.fraction(ROOFLINE));
    var memory = step(1, 3000, new Cost(100, 10_000, 20_000));
    assertEquals(10, memory.gigabytes());
    assertEquals(1, memory.fraction(ROOFLINE));
    var profile = new PlanProfile(3, List.of(compute, memory), Optional.of(ROOFLINE));
    assertEquals(0.75, profile.share(memory));
    var text = profile.text();
    assertTrue(text.startsWith("3 runs, 4.0 us each\nroofline: 100.0 GFLOP/s, 10.0 GB/s"), text);
    assertTrue(text.contains("GB/s   50 % of flops  step 0\n"), text);
    assertTrue(text.contains("100 % of bytes  step 1\n" + " ".repeat(20) + "from node1"), text);
    var top = profile.text(1);
    assertTrue(top.contains("the slowest 1 of 2") && !top.contains("step 0"), top);
    assertTrue(top.contains("75.0 %"), "shares are of the whole: " + top);
  }

  @Test
  void anExecutableProfilesItself() {
    try (var device = Devices.open("cpu");
        var executable = device.compile("small", GraphText.parse(GRAPH))) {
      var profile = executable.profile();
      assertEquals(20, profile.runs());
      assertEquals(executable.plan().steps().size(), profile.steps().size());
      assertEquals(List.of("matmul", "tanh"), profile.steps().getFirst().operations());
      assertEquals(List.of("%2", "%3"), profile.steps().getFirst().sources());
      assertTrue(profile.nanos() > 0);
      assertTrue(profile.roofline().isPresent());
    }
  }

  @Test
  void aTraceNestsStepsInIterationsInLoopsInRuns() throws IOException {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(5, 3));
    var state = t.input("state", TensorType.f32(3));
    var scan =
        Recurrence.scan(
            List.of(state),
            List.of(x),
            (c, s) -> Recurrence.Step.of(c.get(0).tanh().add(s.get(0))));
    t.output("y", scan.outputs().getFirst());
    var graph = t.graph();
    try (var device = Devices.open("cpu");
        var executable = device.compile("loop", graph);
        var tensors = RandomTensors.of(executable.plan())) {
      var trace = new StepTrace(executable.plan());
      var profile = PlanProfile.of(executable, tensors.inputs(), tensors.results(), 2, trace);
      var loop = profile.steps().stream().filter(s -> !s.body().isEmpty()).findFirst();
      assertTrue(loop.isPresent(), profile.text());
      var file = folder.resolve("trace.json");
      trace.write(file, "loop");
      var runs = new ArrayList<JsonNode>();
      var iterations = new ArrayList<JsonNode>();
      var events =
          new ObjectMapper()
              .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
              .readTree(file.toFile())
              .get("traceEvents");
      for (var event : events) {
        if (event.get("name").asText().equals("run")) runs.add(event);
        if (event.get("name").asText().equals("iteration")) iterations.add(event);
      }
      assertEquals(2, runs.size());
      double times = loop.get().body().getFirst().times();
      assertEquals(2 * times, iterations.size());
      for (var event : events) {
        if (!event.get("ph").asText().equals("X")) continue;
        assertTrue(runs.stream().anyMatch(run -> contains(run, event)), event.toString());
      }
      assertEquals(0, trace.dropped());
      checkFormat(events);
    }
  }

  /// What "Trace Event Format" wants of metadata and of complete events, and what makes a reader
  /// nest them: sorted, and each inside of those that are open when it begins.
  private static void checkFormat(JsonNode events) {
    var open = new ArrayDeque<JsonNode>();
    var last = BigDecimal.ZERO;
    for (var event : events) {
      assertTrue(event.get("name").isTextual(), event.toString());
      assertTrue(event.get("pid").isInt() && event.get("tid").isInt(), event.toString());
      if (event.get("ph").asText().equals("M")) {
        assertTrue(event.at("/args/name").isTextual(), event.toString());
        continue;
      }
      assertEquals("X", event.get("ph").asText());
      assertTrue(event.get("cat").isTextual(), event.toString());
      var start = event.get("ts").decimalValue();
      assertTrue(event.get("dur").decimalValue().signum() >= 0, event.toString());
      assertTrue(start.compareTo(last) >= 0, "not sorted: " + event);
      last = start;
      while (!open.isEmpty() && exactEnd(open.peek()).compareTo(start) <= 0) open.pop();
      if (!open.isEmpty()) {
        assertTrue(exactEnd(event).compareTo(exactEnd(open.peek())) <= 0, "overlaps: " + event);
      }
      open.push(event);
    }
  }

  private static BigDecimal exactEnd(JsonNode event) {
    return event.get("ts").decimalValue().add(event.get("dur").decimalValue());
  }

  private static boolean contains(JsonNode outer, JsonNode inner) {
    return outer.get("ts").asDouble() <= inner.get("ts").asDouble()
        && end(outer) >= end(inner) - 1e-3;
  }

  private static double end(JsonNode event) {
    return event.get("ts").asDouble() + event.get("dur").asDouble();
  }

  @Test
  void aRooflineIsKeptByMachineAndThreads() throws IOException {
    var cache = new RooflineCache(Optional.of(folder));
    assertEquals(Optional.empty(), cache.get("this", 2));
    cache.put(ROOFLINE);
    assertEquals(Optional.of(ROOFLINE), cache.get("this", 2));
    assertEquals(Optional.empty(), cache.get("this", 3));
    assertEquals(Optional.empty(), cache.get("other", 2));
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) Files.writeString(file, "{\"gflops\":");
    }
    assertEquals(Optional.empty(), cache.get("this", 2), "a damaged file counts as absent");
    assertFalse(new RooflineCache(Optional.empty()).get("this", 2).isPresent());
  }

  @Test
  void theBetterFiguresOfTwoMeasurementsCount() {
    assertEquals(new Roofline("this", 2, 100, 12), ROOFLINE.best(new Roofline("this", 2, 90, 12)));
  }
}
