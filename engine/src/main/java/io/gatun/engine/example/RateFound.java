package io.gatun.engine.example;

/// A learning rate was looked for, instead of training.
final class RateFound extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final double suggestion;

  RateFound(double suggestion) {
    super("suggested learning rate " + suggestion);
    this.suggestion = suggestion;
  }

  double suggestion() {
    return suggestion;
  }
}
