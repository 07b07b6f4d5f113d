package io.gatun.engine.nn;

import io.gatun.graph.tensor.TensorType;

/// A tensor that a model keeps between steps.
///
/// @param name unique in the model: `dense/kernel` for what a layer declares, with a colon for what
///     training keeps: `adam.m:dense/kernel`
public record Variable(String name, TensorType type, Initializer initializer, Role role) {
  /// What a variable is for.
  public enum Role {
    /// Improved by the optimizer.
    PARAMETER,
    /// Kept by a layer, as the statistics of a batch normalization.
    STATE,
    /// Kept by the optimizer or the training itself.
    TRAINING,
    /// A running sum of the loss or a metric; saved in the middle of an epoch only.
    RUNNING
  }

  static Variable zeros(String name, TensorType type, Role role) {
    return new Variable(name, type, Initializer.zeros(), role);
  }
}
