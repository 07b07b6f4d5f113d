package io.gatun.engine.cpu;

import io.gatun.engine.EngineException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Platform threads that share the chunks of one task at a time with the thread that calls.
///
/// Each thread begins with a range of chunks of its own and takes them in order, so that what a
/// chunk fetches ahead of time, and what the same thread wrote in the task before, is in its cache.
/// A thread without chunks takes the later half of another's, so one that loses its core to a
/// neighbour holds up at most its own chunk. Where chunks begin and end depends on the arguments of
/// a call alone, never on the number of threads: a task that gives the same result for the same
/// chunks gives the same result on every machine size. A call allocates nothing.
///
/// Workers wait for the next task by spinning for some microseconds, then they park. The caller
/// never waits for a worker that has not begun: what sleepers do not take, it does itself.
///
/// Any number of threads may call at once: the first gets the workers, the others run their whole
/// task alone. The same holds for a call from inside a task.
public final class ThreadPool implements AutoCloseable {

  /// Work on a range of units.
  @FunctionalInterface
  public interface Task {
    /// Works on the units from `begin` to `end` (exclusive).
    ///
    /// @param worker a number below [ThreadPool#threads()] that no other thread has during this
    ///     call of `run`; the caller is 0
    void run(long begin, long end, int worker);

    /// Called on each thread that takes part, before its first [#run].
    default void enter(int worker) {}
  }

  private static final long MOST_SPIN_NANOS = 50_000;
  private static final long LEAST_SPIN_NANOS = 2_000;

  /// Gate: bits 32 and up number the tasks, bit 31 tells whether workers may still enter, the bits
  /// below count the workers inside.
  private static final long OPEN = 1L << 31;

  private static final long INSIDE = OPEN - 1;
  private static final int TASK_NUMBER = 32;

  // The gate, the count of sleepers and each thread's range of chunks, on cache lines of their own.
  private static final int LINE = 16;
  private static final int GATE = LINE;
  private static final int SLEEPERS = 2 * LINE;
  private static final int RANGES = 3 * LINE;

  /// A range: bits 32 and up hold the chunk after its last one, the bits below its first one.
  private static final int RANGE_END = 32;

  private static final long RANGE_BEGIN = (1L << RANGE_END) - 1;

  private final AtomicLongArray shared;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Worker[] workers;
  private final boolean spins;
  private volatile boolean closed;

  // The task at hand: written before the gate opens, read by those who got in.
  private Task task;
  private long units;
  private long chunk;

  /// A pool of `threads` threads, the caller included: one thread starts none.
  public ThreadPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a pool of " + threads + " threads; it needs at least 1");
    }
    // With fewer cores than threads, spinning takes time from those who work.
    shared = new AtomicLongArray(RANGES + (threads + 1) * LINE);
    spins = threads <= Runtime.getRuntime().availableProcessors();
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /// A pool of the size that `GATUN_THREADS` says, else of one thread for each processor.
  ///
  /// @throws EngineException if `GATUN_THREADS` is no positive number
  public static ThreadPool standard() {
    return new ThreadPool(size(System.getenv()));
  }

  static int size(Map<String, String> environment) {
    String text = environment.getOrDefault("GATUN_THREADS", "").strip();
    if (text.isEmpty()) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      int threads = Integer.parseInt(text);
      if (threads >= 1 && threads <= 4096) {
        return threads;
      }
    } catch (NumberFormatException e) {
      throw new EngineException(sizeMessage(text), e);
    }
    throw new EngineException(sizeMessage(text));
  }

  private static String sizeMessage(String text) {
    return "GATUN_THREADS is '" + text + "'; set it to a number from 1 to 4096 or leave it unset";
  }

  /// Threads that work at most at once, the caller included.
  public int threads() {
    return workers.length + 1;
  }

  /// Runs a task over the units from 0 to `units` and returns when all are done.
  ///
  /// @param units how many units there are; for 0 the task is not called
  /// @param chunk units handed out at once; the last chunk may be smaller
  /// @param parallelFrom with fewer units than this the task is called once, with all of them, by
  ///     the caller; worth it below some microseconds of work
  /// @throws RuntimeException the first exception of the task, from whichever thread; chunks not
  ///     yet begun are then dropped
  public void run(Task task, long units, long chunk, long parallelFrom) {
    if (chunk < 1 || units < 0 || units / chunk >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(units + " units in chunks of " + chunk);
    }
    if (units < parallelFrom || units <= chunk) {
      if (units > 0) {
        task.enter(0);
        task.run(0, units, 0);
      }
    } else if (workers.length > 0 && taken.compareAndSet(false, true)) {
      runTogether(task, units, chunk);
    } else {
      task.enter(0);
      for (long begin = 0; begin < units; begin += chunk) {
        task.run(begin, end(begin, units, chunk), 0);
      }
    }
  }

  private void runTogether(Task task, long units, long chunk) {
    this.task = task;
    this.units = units;
    this.chunk = chunk;
    long chunks = (units - 1) / chunk + 1;
    for (int i = 0; i < threads(); i++) {
      long begin = i * chunks / threads();
      long end = (i + 1) * chunks / threads();
      shared.setPlain(place(i), end << RANGE_END | begin);
    }
    long number = (shared.getPlain(GATE) >>> TASK_NUMBER) + 1;
    shared.set(GATE, number << TASK_NUMBER | OPEN);
    if (shared.get(SLEEPERS) > 0) {
      wake(chunks - 1);
    }
    work(0);
    long gate = shared.addAndGet(GATE, -OPEN);
    for (int spin = 0; (gate & INSIDE) != 0; spin++) {
      // A worker that lost its core needs it back before it can leave.
      if (spin < 1000) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
      gate = shared.get(GATE);
    }
    this.task = null;
    Throwable thrown = failure.getPlain();
    if (thrown != null) {
      failure.setPlain(null);
    }
    taken.set(false);
    rethrow(thrown);
  }

  /// Wakes as many sleepers as there are chunks beyond the caller's first.
  private void wake(long most) {
    for (int i = 0; i < workers.length && most > 0; i++) {
      if (workers[i].asleep) {
        LockSupport.unpark(workers[i]);
        most--;
      }
    }
  }

  private static int place(int worker) {
    return RANGES + worker * LINE;
  }

  private void work(int worker) {
    try {
      boolean isInside = false;
      do {
        for (long i = next(worker); i >= 0; i = next(worker)) {
          if (!isInside) task.enter(worker);
          isInside = true;
          long begin = i * chunk;
          task.run(begin, end(begin, units, chunk), worker);
        }
      } while (takesHalf(worker));
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  /// The first chunk of a thread's range, which then begins after it; -1 where there is none.
  private long next(int worker) {
    long range = shared.get(place(worker));
    while (!isEmpty(range) && failure.get() == null) {
      long seen = shared.compareAndExchange(place(worker), range, range + 1);
      if (seen == range) return range & RANGE_BEGIN;
      range = seen;
    }
    return -1;
  }

  /// Gives a thread whose range is empty the later half of another's; false where all are empty.
  private boolean takesHalf(int worker) {
    for (int i = 1; i < threads(); i++) {
      int victim = place((worker + i) % threads());
      long range = shared.get(victim);
      while (!isEmpty(range) && failure.get() == null) {
        long begin = range & RANGE_BEGIN;
        long end = range >>> RANGE_END;
        long half = (begin + end) / 2;
        long seen = shared.compareAndExchange(victim, range, half << RANGE_END | begin);
        if (seen == range) {
          shared.set(place(worker), end << RANGE_END | half);
          return true;
        }
        range = seen;
      }
    }
    return false;
  }

  private static boolean isEmpty(long range) {
    return (range & RANGE_BEGIN) >= range >>> RANGE_END;
  }

  private static long end(long begin, long units, long chunk) {
    return units - begin < chunk ? units : begin + chunk;
  }

  private static void rethrow(Throwable thrown) {
    switch (thrown) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new EngineException("a task of the thread pool failed", e);
    }
  }

  /// Ends the workers; the pool then does all work on the calling thread.
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int index;
    private volatile boolean asleep;
    private long spinNanos = MOST_SPIN_NANOS;
    private long last;

    Worker(int index) {
      super("gatun-worker-" + index);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!closed) {
        long gate = await();
        if (isNew(gate) && shared.compareAndSet(GATE, gate, gate + 1)) {
          last = gate >>> TASK_NUMBER;
          work(index);
          shared.decrementAndGet(GATE);
        }
      }
    }

    /// Waits until a task that this worker has not seen is open, or the pool is closed.
    ///
    /// Spinning in vain takes power, and on a busy machine somebody's core: each wait that was too
    /// long to be spun through halves the next spin, each short one restores it.
    private long await() {
      long gate = shared.get(GATE);
      if (isNew(gate) || !spins) {
        return isNew(gate) ? gate : sleep();
      }
      long start = System.nanoTime();
      do {
        for (int i = 0; i < 16; i++) {
          Thread.onSpinWait();
          gate = shared.get(GATE);
          if (isNew(gate)) {
            return gate;
          }
        }
      } while (System.nanoTime() - start < spinNanos);
      gate = sleep();
      spinNanos =
          System.nanoTime() - start < 2 * MOST_SPIN_NANOS
              ? MOST_SPIN_NANOS
              : Math.max(LEAST_SPIN_NANOS, spinNanos / 2);
      return gate;
    }

    private long sleep() {
      asleep = true;
      shared.incrementAndGet(SLEEPERS);
      long gate = shared.get(GATE);
      while (!isNew(gate) && !closed) {
        LockSupport.park(ThreadPool.this);
        gate = shared.get(GATE);
      }
      asleep = false;
      shared.decrementAndGet(SLEEPERS);
      return gate;
    }

    private boolean isNew(long gate) {
      return (gate & OPEN) != 0 && gate >>> TASK_NUMBER != last;
    }
  }
}
