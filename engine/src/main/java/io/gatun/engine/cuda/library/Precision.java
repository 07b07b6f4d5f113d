package io.gatun.engine.cuda.library;

/// How the factors of a product are rounded before they are multiplied; sums are f32 always.
public enum Precision {
  /// As they are stored.
  FULL,
  /// f32 factors to tf32: 10 bits of fraction, on tensor cores.
  TF32,
  /// f32 factors to bf16.
  BF16,
  /// f32 factors to f16.
  F16
}
