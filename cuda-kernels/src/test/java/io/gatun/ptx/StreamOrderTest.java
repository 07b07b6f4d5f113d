package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Streams run late, in any order that their events allow.
class StreamOrderTest {
  private static final int SEEDS = 32;

  /// One stream writes 1 over 0, another copies what it finds, with or without a wait between.
  private static int copied(long seed, boolean waits) {
    try (var driver = driver(seed);
        var arena = Arena.ofConfined()) {
      driver.createContext(0);
      var first = driver.createStream();
      var second = driver.createStream();
      var event = driver.createEvent();
      var buffer = driver.allocate(4);
      var result = arena.allocate(ValueLayout.JAVA_INT);
      driver.fill(buffer, (byte) 0, 4, first);
      driver.synchronize();
      driver.fill(buffer, (byte) 1, 4, first);
      driver.record(event, first);
      if (waits) {
        driver.waitFor(second, event);
      }
      driver.copyToHost(result, buffer, second);
      driver.synchronize(second);
      driver.free(buffer);
      return result.get(ValueLayout.JAVA_INT, 0);
    }
  }

  private static VirtualCudaDriver driver(long seed) {
    return new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.A100).with(seed));
  }

  @Test
  void showsAMissingWait() {
    var without = new TreeSet<Integer>();
    for (var seed = 0; seed < SEEDS; seed++) {
      assertEquals(0x01010101, copied(seed, true), "seed " + seed);
      without.add(copied(seed, false));
    }
    assertEquals(new TreeSet<>(List.of(0, 0x01010101)), without);
  }

  @Test
  void workIsDoneWhenItIsWaitedFor() {
    try (var driver = driver(1);
        var arena = Arena.ofConfined()) {
      driver.createContext(0);
      var stream = driver.createStream();
      var event = driver.createEvent();
      var buffer = driver.allocate(4);
      var result = arena.allocate(ValueLayout.JAVA_INT);
      driver.fill(buffer, (byte) 2, 4, stream);
      driver.copyToHost(result, buffer, stream);
      driver.record(event, stream);
      assertEquals(0, result.get(ValueLayout.JAVA_INT, 0));
      var tooEarly = assertThrows(CudaException.class, () -> driver.milliseconds(event, event));
      assertEquals(CudaResult.NOT_READY, tooEarly.code());
      var polls = 0;
      while (!driver.isDone(event)) {
        polls++;
      }
      assertTrue(polls < 4, "polls " + polls);
      assertEquals(0x02020202, result.get(ValueLayout.JAVA_INT, 0));
      assertEquals(0, driver.milliseconds(event, event));
      driver.free(buffer);
    }
  }

  @Test
  void unpinnedSourcesAreTakenAtOnceAndPinnedOnesLate() {
    try (var driver = driver(3);
        var arena = Arena.ofConfined()) {
      driver.createContext(0);
      var stream = driver.createStream();
      var buffer = driver.allocate(8);
      var plain = arena.allocate(ValueLayout.JAVA_INT);
      var pinned = driver.allocateHost(4);
      var result = arena.allocate(8);
      plain.set(ValueLayout.JAVA_INT, 0, 1);
      pinned.set(ValueLayout.JAVA_INT, 0, 1);
      driver.copyToDevice(buffer, plain, stream);
      driver.copyToDevice(buffer + 4, pinned, stream);
      plain.set(ValueLayout.JAVA_INT, 0, 2);
      pinned.set(ValueLayout.JAVA_INT, 0, 2);
      driver.copyToHost(result, buffer, stream);
      driver.synchronize(stream);
      assertEquals(1, result.get(ValueLayout.JAVA_INT, 0));
      assertEquals(2, result.get(ValueLayout.JAVA_INT, 4));
      driver.freeHost(pinned);
      driver.free(buffer);
      assertEquals(0, driver.leaks().size());
    }
  }

  @Test
  void hostMemoryThatIsClosedTooEarlyIsNamed() {
    try (var driver = driver(4)) {
      driver.createContext(0);
      var buffer = driver.allocate(8);
      driver.fill(buffer, (byte) 0, 8, VirtualCudaDriver.DEFAULT_STREAM);
      try (var arena = Arena.ofConfined()) {
        driver.copyToHost(arena.allocate(8), buffer, VirtualCudaDriver.DEFAULT_STREAM);
      }
      var failure = assertThrows(CudaException.class, driver::synchronize);
      assertTrue(failure.getMessage().contains("closed before the copy"), failure.getMessage());
    }
  }

  @Test
  void capturedWorkIsDoneByLaunchesOnly() {
    try (var driver = driver(5);
        var arena = Arena.ofConfined()) {
      driver.createContext(0);
      var stream = driver.createStream();
      var buffer = driver.allocate(4);
      var result = arena.allocate(ValueLayout.JAVA_INT);
      driver.beginCapture(stream);
      driver.fill(buffer, (byte) 1, 4, stream);
      driver.copyToHost(result, buffer, stream);
      var graph = driver.endCapture(stream);
      driver.synchronize();
      assertEquals(0, result.get(ValueLayout.JAVA_INT, 0));
      var executable = driver.instantiate(graph);
      driver.launch(executable, stream);
      driver.synchronize(stream);
      assertEquals(0x01010101, result.get(ValueLayout.JAVA_INT, 0));

      driver.beginCapture(stream);
      driver.fill(buffer, (byte) 3, 4, stream);
      driver.copyToHost(result, buffer, stream);
      var other = driver.endCapture(stream);
      assertTrue(driver.update(executable, other));
      driver.launch(executable, stream);
      driver.synchronize(stream);
      assertEquals(0x03030303, result.get(ValueLayout.JAVA_INT, 0));

      driver.beginCapture(stream);
      driver.copyToHost(result, buffer, stream);
      assertFalse(driver.update(executable, driver.endCapture(stream)));
      driver.free(buffer);
    }
  }

  /// Two branches that fork and join through events run in either order, but between fork and join.
  @Test
  void branchesOfAGraphRunInEitherOrder() {
    var results = new TreeSet<Integer>();
    for (var seed = 0; seed < SEEDS; seed++) {
      try (var driver = driver(seed);
          var arena = Arena.ofConfined()) {
        driver.createContext(0);
        var main = driver.createStream();
        var side = driver.createStream();
        var fork = driver.createEvent();
        var join = driver.createEvent();
        var buffer = driver.allocate(4);
        var result = arena.allocate(ValueLayout.JAVA_INT);
        driver.beginCapture(main);
        driver.fill(buffer, (byte) 0, 4, main);
        driver.record(fork, main);
        driver.waitFor(side, fork);
        driver.fill(buffer, (byte) 1, 4, side);
        driver.fill(buffer, (byte) 2, 4, main);
        driver.record(join, side);
        driver.waitFor(main, join);
        driver.copyToHost(result, buffer, main);
        driver.launch(driver.instantiate(driver.endCapture(main)), main);
        driver.synchronize(main);
        results.add(result.get(ValueLayout.JAVA_INT, 0));
        driver.free(buffer);
      }
    }
    assertEquals(new TreeSet<>(List.of(0x01010101, 0x02020202)), results);
  }

  @Test
  void captureRefusesWhatCannotBeCaptured() {
    try (var driver = driver(6)) {
      driver.createContext(0);
      var main = driver.createStream();
      var side = driver.createStream();
      var event = driver.createEvent();
      driver.beginCapture(main);
      assertCode(CudaResult.STREAM_CAPTURE_UNSUPPORTED, () -> driver.synchronize(main));
      assertCode(CudaResult.STREAM_CAPTURE_INVALIDATED, () -> driver.endCapture(main));
      driver.beginCapture(main);
      assertCode(CudaResult.STREAM_CAPTURE_UNSUPPORTED, () -> driver.allocate(4));
      assertCode(CudaResult.STREAM_CAPTURE_INVALIDATED, () -> driver.endCapture(main));

      driver.record(event, side);
      driver.beginCapture(main);
      assertCode(CudaResult.STREAM_CAPTURE_ISOLATION, () -> driver.waitFor(main, event));
      driver.endCapture(main);

      var buffer = driver.allocate(4);
      driver.beginCapture(main);
      driver.record(event, main);
      driver.waitFor(side, event);
      driver.fill(buffer, (byte) 1, 4, side);
      assertCode(CudaResult.CAPTURED_EVENT, () -> driver.synchronize(event));
      assertCode(CudaResult.STREAM_CAPTURE_UNMATCHED, () -> driver.endCapture(side));
      assertCode(CudaResult.STREAM_CAPTURE_UNJOINED, () -> driver.endCapture(main));
      driver.free(buffer);
    }
  }

  private static void assertCode(int code, Executable call) {
    var failure = assertThrows(CudaException.class, call);
    assertEquals(code, failure.code(), failure.getMessage());
  }
}
