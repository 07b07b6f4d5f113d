package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachinePeaksTest {
  @Test
  void anyProcessorAddsAndReadsSomething() {
    try (var pool = new ThreadPool(2)) {
      var roofline = new MachinePeaks(pool).measure("this", 8 << 20);
      assertEquals(2, roofline.threads());
      // A loop that was optimised away would seem a thousand times faster than any processor.
      assertTrue(roofline.gflops() > 0.01 && roofline.gflops() < 100_000, roofline.toString());
      assertTrue(roofline.gigabytes() > 0.01 && roofline.gigabytes() < 10_000, roofline.toString());
    }
  }
}
