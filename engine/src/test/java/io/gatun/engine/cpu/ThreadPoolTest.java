package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gatun.engine.EngineException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ThreadPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyUnitIsDoneOnceUnderStress(int threads) {
    try (var pool = new ThreadPool(threads)) {
      assertEquals(threads, pool.threads());
      var done = new AtomicIntegerArray(5000);
      var inside = new AtomicIntegerArray(threads);
      ThreadPool.Task task =
          (begin, end, worker) -> {
            assertEquals(1, inside.incrementAndGet(worker), "two threads are one worker");
            for (long i = begin; i < end; i++) {
              done.incrementAndGet((int) i);
            }
            inside.decrementAndGet(worker);
          };
      for (int seed = 0; seed < 5000; seed++) {
        var random = new SplittableRandom(seed);
        int units = random.nextInt(random.nextBoolean() ? 40 : done.length());
        pool.run(task, units, random.nextInt(1, 300), random.nextInt(20));
        for (int i = 0; i < done.length(); i++) {
          assertEquals(i < units ? 1 : 0, done.getAndSet(i, 0), "seed " + seed + " unit " + i);
        }
      }
    }
  }

  @Test
  void chunksDependOnTheArgumentsAlone() {
    List<double[]> sums = new ArrayList<>();
    for (int threads : new int[] {1, 2, 5}) {
      try (var pool = new ThreadPool(threads)) {
        double[] partial = new double[100];
        ThreadPool.Task task =
            (begin, end, _) -> {
              float sum = 0;
              for (long i = begin; i < end; i++) {
                sum += (float) Math.sin(i);
              }
              partial[(int) (begin / 37)] = sum;
            };
        pool.run(task, 3000, 37, 0);
        sums.add(partial);
      }
    }
    assertArrayEquals(sums.get(0), sums.get(1));
    assertArrayEquals(sums.get(0), sums.get(2));
  }

  @Test
  void smallTasksRunOnTheCallerAtOnce() {
    try (var pool = new ThreadPool(2)) {
      List<Object> calls = new ArrayList<>();
      ThreadPool.Task task =
          (begin, end, worker) ->
              calls.add(List.of(begin, end, worker, Thread.currentThread().getName()));
      pool.run(task, 0, 1, 0);
      pool.run(task, 99, 10, 100);
      assertEquals(List.of(List.of(0L, 99L, 0, Thread.currentThread().getName())), calls);
    }
  }

  @Test
  void workersTakePart() throws Exception {
    try (var pool = new ThreadPool(3)) {
      var together = new CountDownLatch(3);
      pool.run(
          (_, _, _) -> {
            together.countDown();
            await(together);
          },
          3,
          1,
          0);
      assertEquals(0, together.getCount());
    }
  }

  @Test
  void aThreadEntersATaskOnceBeforeItsFirstChunk() {
    try (var pool = new ThreadPool(3)) {
      for (int units : List.of(0, 1, 2, 50, 1000)) {
        var entered = new AtomicIntegerArray(pool.threads());
        var early = new AtomicLong();
        var done = new AtomicLong();
        var worked = new AtomicIntegerArray(pool.threads());
        pool.run(
            new ThreadPool.Task() {
              @Override
              public void enter(int worker) {
                entered.incrementAndGet(worker);
              }

              @Override
              public void run(long begin, long end, int worker) {
                if (entered.get(worker) != 1) early.incrementAndGet();
                worked.set(worker, 1);
                done.addAndGet(end - begin);
              }
            },
            units,
            3,
            2);
        assertEquals(units, done.get());
        assertEquals(0, early.get());
        assertEquals(worked.toString(), entered.toString());
      }
    }
  }

  @Test
  void aThreadTakesNeighbouringChunksInOrder() throws Exception {
    try (var pool = new ThreadPool(2)) {
      var begun = new CountDownLatch(2);
      var order = List.of(new ArrayList<Long>(), new ArrayList<Long>());
      pool.run(
          (begin, _, worker) -> {
            order.get(worker).add(begin);
            begun.countDown();
            await(begun);
          },
          192,
          3,
          0);
      assertEquals(0, order.get(0).getFirst());
      assertEquals(96, order.get(1).getFirst());
      int jumps = 0;
      for (var begins : order) {
        for (int i = 1; i < begins.size(); i++) {
          if (begins.get(i) != begins.get(i - 1) + 3) jumps++;
        }
      }
      // At each jump at most half as many of the 31 that the other had left remain.
      assertTrue(jumps <= 6, order.toString());
    }
  }

  @Test
  void chunksOfAThreadThatIsHeldUpAreDoneByOthers() throws Exception {
    try (var pool = new ThreadPool(2)) {
      var others = new CountDownLatch(19);
      var worker = new CountDownLatch(1);
      var done = new AtomicIntegerArray(20);
      pool.run(
          (begin, _, number) -> {
            done.incrementAndGet((int) begin);
            if (number == 1 && worker.getCount() > 0) {
              worker.countDown();
              await(others);
            } else {
              await(worker);
            }
            others.countDown();
          },
          20,
          1,
          0);
      for (int i = 0; i < 20; i++) assertEquals(1, done.get(i), "chunk " + i);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anExceptionOfAnyThreadReachesTheCallerAndThePoolLivesOn() {
    try (var pool = new ThreadPool(4)) {
      for (int round = 0; round < 500; round++) {
        var thrown = new IllegalStateException("round " + round);
        long bad = round % 200;
        var e =
            assertThrows(
                IllegalStateException.class,
                () ->
                    pool.run(
                        (begin, _, _) -> {
                          if (begin == bad) {
                            throw thrown;
                          }
                        },
                        200,
                        1,
                        0));
        assertSame(thrown, e);
        var units = new AtomicLong();
        pool.run((begin, end, _) -> units.addAndGet(end - begin), 200, 3, 0);
        assertEquals(200, units.get());
      }
    }
  }

  @Test
  void severalCallersAndCallsFromInsideATaskAllFinish() throws Exception {
    try (var pool = new ThreadPool(2)) {
      var units = new AtomicLong();
      ThreadPool.Task inner = (begin, end, _) -> units.addAndGet(end - begin);
      ThreadPool.Task outer = (_, _, _) -> pool.run(inner, 50, 3, 0);
      List<Thread> callers = new ArrayList<>();
      var failures = new AtomicInteger();
      for (int i = 0; i < 4; i++) {
        Thread caller =
            new Thread(
                () -> {
                  for (int k = 0; k < 300; k++) {
                    pool.run(outer, 10, 1, 0);
                  }
                });
        caller.setUncaughtExceptionHandler((_, _) -> failures.incrementAndGet());
        caller.start();
        callers.add(caller);
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(0, failures.get());
      assertEquals(4 * 300 * 10 * 50, units.get());
    }
  }

  @Test
  void aCallAllocatesNothing() {
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var pool = new ThreadPool(2)) {
      long[] cells = new long[1024];
      ThreadPool.Task task =
          (begin, end, _) -> {
            for (long i = begin; i < end; i++) {
              cells[(int) i]++;
            }
          };
      for (int i = 0; i < 20_000; i++) {
        pool.run(task, cells.length, 64, 0);
      }
      long[] threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(t -> t == Thread.currentThread() || t.getName().startsWith("gatun-worker"))
              .mapToLong(Thread::threadId)
              .toArray();
      assertTrue(threads.length >= 2);
      // The first round counts what starts the measurement, so the least of some rounds holds.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = Arrays.stream(bean.getThreadAllocatedBytes(threads)).sum();
        for (int i = 0; i < 20_000; i++) {
          pool.run(task, cells.length, 64, 0);
        }
        long after = Arrays.stream(bean.getThreadAllocatedBytes(threads)).sum();
        least = Math.min(least, after - before);
      }
      assertTrue(least < 5_000, least + " bytes allocated in 20,000 calls");
    }
  }

  @Test
  void aClosedPoolStillWorks() {
    var pool = new ThreadPool(3);
    pool.close();
    var units = new AtomicLong();
    pool.run((begin, end, _) -> units.addAndGet(end - begin), 100, 3, 0);
    assertEquals(100, units.get());
  }

  @Test
  void theSizeComesFromTheEnvironment() {
    assertEquals(3, ThreadPool.size(Map.of("GATUN_THREADS", " 3 ")));
    assertEquals(Runtime.getRuntime().availableProcessors(), ThreadPool.size(Map.of()));
    for (String bad : List.of("0", "-1", "many", "100000")) {
      var e =
          assertThrows(EngineException.class, () -> ThreadPool.size(Map.of("GATUN_THREADS", bad)));
      assertTrue(e.getMessage().contains("'" + bad + "'"), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> new ThreadPool(0));
    try (var pool = new ThreadPool(1)) {
      assertThrows(IllegalArgumentException.class, () -> pool.run((_, _, _) -> {}, 1, 0, 0));
    }
  }
}
