package io.gatun.engine.cuda.lowering;

import io.gatun.graph.tensor.DType;

/// Conversions of values between element types, as [io.gatun.graph.ir.Cast] defines them.
final class Conversion {
  private Conversion() {}

  static String of(String value, DType from, DType to) {
    if (from == to) return value;
    if (to == DType.BOOL) return value + " != " + CudaTypes.literal(from, 0);
    if (from.isFloat()) return to.isFloat() ? toFloat(value, from, to) : toInteger(value, to);
    if (to.isFloat()) return fromInteger(value, from, to);
    return to == DType.I64
        ? "(long long)" + value
        : CudaTypes.wrapped(to, from == DType.I32 || isNarrow(from) ? value : "(int)" + value);
  }

  private static boolean isNarrow(DType dtype) {
    return dtype == DType.I16 || dtype == DType.I8 || dtype == DType.U8;
  }

  private static String toFloat(String value, DType from, DType to) {
    return switch (to) {
      case F64 -> "(double)" + value;
      case F32 -> "(float)" + value;
      case F16 -> "round_f16(" + single(value, from) + ")";
      case BF16 -> "round_bf16(" + single(value, from) + ")";
      case I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(to.text());
    };
  }

  /// A float that rounds on to a narrow one as the value itself would.
  private static String single(String value, DType from) {
    return from == DType.F64 ? "to_odd(" + value + ")" : value;
  }

  private static String toInteger(String value, DType to) {
    return switch (to) {
      case I64 -> "to_long(" + value + ")";
      case I32 -> "to_int(" + value + ")";
      case I16, I8, U8 ->
          "to_range(%s, %d, %d)"
              .formatted(
                  value,
                  to.saturate(Double.NEGATIVE_INFINITY),
                  to.saturate(Double.POSITIVE_INFINITY));
      case F32, F64, F16, BF16, BOOL -> throw new IllegalArgumentException(to.text());
    };
  }

  private static String fromInteger(String value, DType from, DType to) {
    return switch (to) {
      case F64 -> "(double)" + value;
      case F32 -> "(float)" + value;
      // The integers of up to 32 bits are exact as double.
      case F16 -> "round_f16(to_odd(" + wide(value, from) + "))";
      case BF16 -> "round_bf16(to_odd(" + wide(value, from) + "))";
      case I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(to.text());
    };
  }

  private static String wide(String value, DType from) {
    return from == DType.I64 ? "sticky_double(" + value + ")" : "(double)" + value;
  }
}
