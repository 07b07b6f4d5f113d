package io.gatun.ptx;

/// A virtual register as declared. Its type says the width and whether it is a predicate; what the
/// bits mean is up to each instruction, since compilers declare floats as `.b32` too. Compared by
/// identity: an inner scope may declare a name anew.
final class PtxRegister {
  private final String name;
  private final PtxType type;

  PtxRegister(String name, PtxType type) {
    this.name = name;
    this.type = type;
  }

  String name() {
    return name;
  }

  PtxType type() {
    return type;
  }

  boolean isPredicate() {
    return type == PtxType.PRED;
  }

  /// True where it takes a row of 64-bit lanes.
  boolean isWide() {
    return type.bits() == 64;
  }

  @Override
  public String toString() {
    return name;
  }
}
