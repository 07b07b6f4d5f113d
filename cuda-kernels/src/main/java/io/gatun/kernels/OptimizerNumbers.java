package io.gatun.kernels;

/// The numbers of an optimizer's step, which lie in device memory so that a captured graph runs
/// with new ones.
///
/// @param decay1 of the first moment; momentum of `sgd` and `nesterov`
/// @param decay2 of the second moment
/// @param correction1 `1 / (1 - decay1^t)` at step `t`, from 1; 1 for none
/// @param correction2 `1 / (1 - decay2^t)`
/// @param scale of all gradients: 1, or the reciprocal of the loss scale
public record OptimizerNumbers(
    float rate,
    float decay1,
    float decay2,
    float epsilon,
    float weightDecay,
    float correction1,
    float correction2,
    float scale) {

  /// As they lie in device memory.
  public float[] values() {
    return new float[] {
      rate, decay1, decay2, epsilon, weightDecay, correction1, correction2, scale
    };
  }
}
