package io.gatun.bench;

import java.util.Map;
import java.util.function.IntFunction;

/// A workload made ready by one library: everything is compiled, allocated and filled, and a run
/// computes it once.
public interface Subject extends AutoCloseable {
  /// Computes the workload `runs` times and returns the time that it took, in nanoseconds.
  long nanos(int runs);

  /// What set number `set` of the inputs gives, by the names of the results; empty where the
  /// subject does not tell.
  default Map<String, float[]> results(int set) {
    return Map.of();
  }

  /// A subject whose run is a call of `run`.
  ///
  /// @param release frees what the subject holds
  static Subject of(Runnable run, Runnable release) {
    return of(run, release, _ -> Map.of());
  }

  /// The same, telling its results.
  static Subject of(Runnable run, Runnable release, IntFunction<Map<String, float[]>> results) {
    return new Subject() {
      @Override
      public long nanos(int runs) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) run.run();
        return System.nanoTime() - start;
      }

      @Override
      public Map<String, float[]> results(int set) {
        return results.apply(set);
      }

      @Override
      public void close() {
        release.run();
      }
    };
  }

  @Override
  void close();
}
