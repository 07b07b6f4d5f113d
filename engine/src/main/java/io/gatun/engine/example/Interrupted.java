package io.gatun.engine.example;

/// The process was told to end while it trained; the checkpoint is saved.
final class Interrupted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Interrupted() {
    super("interrupted");
  }
}
