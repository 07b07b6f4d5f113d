package io.gatun.bench;

import java.time.Duration;
import java.util.Optional;

/// A library or a yardstick that workloads are measured against. Peers are found by the service
/// loader; those of other projects are on the class path in the Maven profile `peers` only.
public interface Peer extends AutoCloseable {
  /// The name in tables and on the command line.
  String name();

  /// Version and settings that a reader of the figures must know.
  String version();

  /// Makes a workload ready; empty where this peer has none to compare.
  ///
  /// @param threads threads that it may use
  Optional<Subject> prepare(Workload workload, int threads);

  /// How long its threads keep cores busy after a run, waiting for the next one. Who measures
  /// others on these cores lets so much time pass.
  default Duration spinning() {
    return Duration.ZERO;
  }

  @Override
  default void close() {}
}
