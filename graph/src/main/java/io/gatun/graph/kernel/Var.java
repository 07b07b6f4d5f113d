package io.gatun.graph.kernel;

/// A loop variable that runs over `0 .. extent - 1`. Variables are equal by identity of `id` within
/// one kernel.
public record Var(int id, String name, int extent) implements Index.Atom {
  @Override
  public long min() {
    return 0;
  }

  @Override
  public long max() {
    return Math.max(0, extent - 1);
  }

  @Override
  public String toString() {
    return name;
  }
}
