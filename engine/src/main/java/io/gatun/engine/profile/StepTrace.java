package io.gatun.engine.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.engine.StepObserver;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import io.gatun.graph.plan.Step;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Keeps when each step of each run began and ended, and writes it in the Chrome trace-event
/// format, which Perfetto (ui.perfetto.dev) and `chrome://tracing` open.
///
/// Runs, the steps in them, the iterations of loops and the steps in these are complete events on
/// one track, one inside the other: sorted by their beginnings, of those that begin together the
/// outermost first, as readers nest them.
public final class StepTrace implements StepObserver {
  /// Events beyond these are counted, not kept.
  private static final int MOST_EVENTS = 1_000_000;

  /// The step's number of an event that is a whole run or iteration.
  private static final int WHOLE = -1;

  /// The events of all plans, in the order of their ends.
  private static final class Events {
    private StepTrace[] plans = new StepTrace[1024];
    private int[] steps = new int[1024];
    private long[] starts = new long[1024];
    private long[] ends = new long[1024];
    private int count;
    private long dropped;

    void add(StepTrace plan, int step, long start, long end) {
      if (count == MOST_EVENTS) {
        dropped++;
        return;
      }
      if (count == steps.length) {
        int length = Math.min(MOST_EVENTS, 2 * count);
        plans = Arrays.copyOf(plans, length);
        steps = Arrays.copyOf(steps, length);
        starts = Arrays.copyOf(starts, length);
        ends = Arrays.copyOf(ends, length);
      }
      plans[count] = plan;
      steps[count] = step;
      starts[count] = start;
      ends[count++] = end;
    }
  }

  private final Plan plan;
  private final String whole;
  private final Events events;
  private final long[] starts;
  private final Map<Integer, StepTrace> bodies = new HashMap<>();

  /// A trace of runs of a plan.
  public StepTrace(Plan plan) {
    this(plan, "run", new Events());
  }

  private StepTrace(Plan plan, String whole, Events events) {
    this.plan = plan;
    this.whole = whole;
    this.events = events;
    starts = new long[plan.steps().size()];
    for (int i = 0; i < starts.length; i++) {
      if (plan.steps().get(i) instanceof Step.Loop loop) {
        bodies.put(i, new StepTrace(loop.body(), "iteration", events));
      }
    }
  }

  @Override
  public void before(int step, Memory memory) {
    starts[step] = System.nanoTime();
  }

  @Override
  public void after(int step, Memory memory) {
    long end = System.nanoTime();
    events.add(this, step, starts[step], end);
    if (step == starts.length - 1) events.add(this, WHOLE, starts[0], end);
  }

  @Override
  public Optional<StepObserver> inside(int step) {
    return Optional.ofNullable(bodies.get(step));
  }

  /// Events that are not kept, since there were too many.
  public long dropped() {
    return events.dropped;
  }

  /// Writes the trace.
  ///
  /// @param name of the plan
  public void write(Path file, String name) throws IOException {
    try (var json = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
      json.writeStartObject();
      json.writeStringField("displayTimeUnit", "ns");
      json.writeArrayFieldStart("traceEvents");
      name(json, "process_name", "gatun");
      name(json, "thread_name", name);
      long origin = Arrays.stream(events.starts, 0, events.count).min().orElse(0);
      for (int i : order()) event(json, i, origin);
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  /// What ends later is around what ends before, and was kept later.
  private List<Integer> order() {
    return IntStream.range(0, events.count)
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer i) -> events.starts[i])
                .thenComparing(Comparator.<Integer>naturalOrder().reversed()))
        .toList();
  }

  private static void name(JsonGenerator json, String what, String name) throws IOException {
    json.writeStartObject();
    json.writeStringField("ph", "M");
    place(json, what);
    json.writeObjectFieldStart("args");
    json.writeStringField("name", name);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void place(JsonGenerator json, String name) throws IOException {
    json.writeStringField("name", name);
    json.writeNumberField("pid", 1);
    json.writeNumberField("tid", 1);
  }

  private void event(JsonGenerator json, int index, long origin) throws IOException {
    var owner = events.plans[index];
    int step = events.steps[index];
    long nanos = events.ends[index] - events.starts[index];
    json.writeStartObject();
    json.writeStringField("ph", "X");
    place(json, step == WHOLE ? owner.whole : owner.title(step));
    json.writeStringField("cat", step == WHOLE ? owner.whole : "step");
    json.writeNumberField("ts", BigDecimal.valueOf(events.starts[index] - origin, 3));
    json.writeNumberField("dur", BigDecimal.valueOf(nanos, 3));
    if (step != WHOLE) owner.arguments(json, step, Math.max(1, nanos));
    json.writeEndObject();
  }

  private String title(int step) {
    return step + " " + String.join(" ", StepOrigin.operations(plan.steps().get(step)));
  }

  private void arguments(JsonGenerator json, int index, long nanos) throws IOException {
    var step = plan.steps().get(index);
    var cost = Cost.of(step);
    json.writeObjectFieldStart("args");
    json.writeStringField("step", PlanText.stepLine(plan, index));
    json.writeStringField("from", String.join(" ", StepOrigin.sources(step)));
    json.writeNumberField("GFLOP/s", (double) cost.flops() / nanos);
    json.writeNumberField("GB/s", (double) cost.bytes() / nanos);
    json.writeEndObject();
  }
}
