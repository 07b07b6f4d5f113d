package io.gatun.ptx;

import java.util.Locale;

/// Fundamental type of PTX: width and what the bits mean.
enum PtxType {
  PRED(1, Kind.PREDICATE),
  B8(8, Kind.BITS),
  B16(16, Kind.BITS),
  B32(32, Kind.BITS),
  B64(64, Kind.BITS),
  U8(8, Kind.UNSIGNED),
  U16(16, Kind.UNSIGNED),
  U32(32, Kind.UNSIGNED),
  U64(64, Kind.UNSIGNED),
  S8(8, Kind.SIGNED),
  S16(16, Kind.SIGNED),
  S32(32, Kind.SIGNED),
  S64(64, Kind.SIGNED),
  F16(16, Kind.FLOAT),
  F16X2(32, Kind.FLOAT),
  BF16(16, Kind.FLOAT),
  BF16X2(32, Kind.FLOAT),
  TF32(32, Kind.FLOAT),
  F32(32, Kind.FLOAT),
  F64(64, Kind.FLOAT);

  /// What the bits mean.
  enum Kind {
    PREDICATE,
    BITS,
    UNSIGNED,
    SIGNED,
    FLOAT
  }

  private final int bits;
  private final Kind kind;

  PtxType(int bits, Kind kind) {
    this.bits = bits;
    this.kind = kind;
  }

  int bits() {
    return bits;
  }

  int bytes() {
    return Math.max(1, bits / 8);
  }

  Kind kind() {
    return kind;
  }

  boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  boolean isSigned() {
    return kind == Kind.SIGNED;
  }

  /// Whether a word without its dot, as `u32`, is a type.
  static boolean isType(String word) {
    return switch (word) {
      case "pred",
          "b8",
          "b16",
          "b32",
          "b64",
          "u8",
          "u16",
          "u32",
          "u64",
          "s8",
          "s16",
          "s32",
          "s64",
          "f16",
          "f16x2",
          "bf16",
          "bf16x2",
          "tf32",
          "f32",
          "f64" ->
          true;
      default -> false;
    };
  }

  /// The type of a word without its dot.
  ///
  /// @throws PtxException where it is none, or one that is not known here
  static PtxType of(String word, int line) {
    if (!isType(word)) {
      throw new PtxException(line, "unknown type ." + word);
    }
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
