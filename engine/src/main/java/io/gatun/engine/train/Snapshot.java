package io.gatun.engine.train;

/// A copy of a part of a learner's state, in memory of its own.
public interface Snapshot extends AutoCloseable {
  /// Takes the copy again, in place of what it held.
  void update();

  /// Gives the learner the copied state back, to the bit.
  void restore();

  @Override
  void close();
}
