package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Value;
import java.util.Optional;

/// A value that is a known function written out.
@FunctionalInterface
interface Pattern {
  /// The same value by the function's name, where `root` is the last step of the pattern.
  Optional<Value> find(Value root);
}
