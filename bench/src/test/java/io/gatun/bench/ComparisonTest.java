package io.gatun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void ratiosAreOfMediansAndOfPairs() {
    var times = new Comparison(new double[] {10, 30, 20}, new double[] {20, 30, 80});
    assertEquals(20.0 / 30, times.ratio());
    assertEquals(10.0 / 20, times.ratioOfFastest());
    assertEquals(0.25, times.ratio(0));
    assertEquals(0.5, times.ratio(0.5));
    assertEquals(0.9, times.ratio(0.9), 1e-12);
  }

  @Test
  void subjectsTakeTurnsAndEveryBatchIsPrecededByUntimedRuns() {
    var order = new ArrayList<String>();
    var slow = new Simulated("slow", 2000, order);
    var fast = new Simulated("fast", 1000, order);
    var times = new Interleaved(4, 100_000, 10_000, 30_000).measure(slow, fast);
    assertEquals(2.0, times.ratio());
    assertEquals(2.0, times.ratio(0));
    var batches = order.stream().filter(s -> s.equals("slow 50") || s.equals("fast 100")).toList();
    assertEquals(
        "[slow 50, fast 100, fast 100, slow 50, slow 50, fast 100, fast 100, slow 50]",
        batches.subList(batches.size() - 8, batches.size()).toString());
    int last = order.lastIndexOf("slow 50");
    assertTrue(order.get(last - 1).equals("slow 5"), order.toString());
  }

  @Test
  void untimedRunsLastUntilThreadsOfThePeerSleep() {
    var measurement = new Interleaved(4, 100_000, 10_000, 30_000);
    assertEquals(measurement, measurement.settledFor(Duration.ofNanos(9_000)));
    var order = new ArrayList<String>();
    var slow = new Simulated("slow", 2000, order);
    var fast = new Simulated("fast", 1000, order);
    measurement.settledFor(Duration.ofNanos(300_000)).measure(slow, fast);
    int last = order.lastIndexOf("slow 50");
    assertEquals("slow 150", order.get(last - 1), order.toString());
  }

  @Test
  void aMeasurementSaysHowItWasMade() {
    var text = new Interleaved(4, 60_000_000, 30_000_000, 1).text();
    assertEquals(
        "4 pairs of batches of about 60 ms, each after 30 ms untimed, or as long as the peer's"
            + " threads spin",
        text);
  }

  /// A subject whose runs take a fixed time.
  private record Simulated(String name, long nanosPerRun, ArrayList<String> order)
      implements Subject {
    @Override
    public long nanos(int runs) {
      order.add(name + " " + runs);
      return runs * nanosPerRun;
    }

    @Override
    public void close() {}
  }
}
