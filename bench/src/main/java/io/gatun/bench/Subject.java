package io.gatun.bench;

/// A workload made ready by one library: everything is compiled, allocated and filled, and a run
/// computes it once.
public interface Subject extends AutoCloseable {
  /// Computes the workload `runs` times and returns the time that it took, in nanoseconds.
  long nanos(int runs);

  /// A subject whose run is a call of `run`.
  ///
  /// @param release frees what the subject holds
  static Subject of(Runnable run, Runnable release) {
    return new Subject() {
      @Override
      public long nanos(int runs) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) run.run();
        return System.nanoTime() - start;
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
