package io.gatun.engine.metric;

/// How the figures of single classes become one.
public enum Average {
  /// Mean over all classes, each counted once, also one without a sample.
  MACRO,
  /// The figure of all classes' counts added up; with one label a sample it is the accuracy.
  MICRO,
  /// Mean over classes weighted by their number of true samples.
  WEIGHTED
}
