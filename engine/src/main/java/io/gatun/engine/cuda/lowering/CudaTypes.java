package io.gatun.engine.cuda.lowering;

import io.gatun.graph.tensor.DType;

/// How element types are written in CUDA C++: in memory, and as values. Narrow floats are computed
/// as `float`, integers of up to 32 bits as `int` that holds a value of their range.
final class CudaTypes {
  private CudaTypes() {}

  /// The type of an element in memory.
  static String memory(DType dtype) {
    return switch (dtype) {
      case F32 -> "float";
      case F64 -> "double";
      case F16, BF16 -> "unsigned short";
      case I64 -> "long long";
      case I32 -> "int";
      case I16 -> "short";
      case I8 -> "signed char";
      case U8, BOOL -> "unsigned char";
    };
  }

  /// The type of a value.
  static String value(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16 -> "float";
      case F64 -> "double";
      case I64 -> "long long";
      case I32, I16, I8, U8 -> "int";
      case BOOL -> "bool";
    };
  }

  /// The type of the accumulator of a fold.
  static String accumulator(DType dtype) {
    return dtype == DType.BOOL ? "int" : value(dtype);
  }

  /// A value, as read from memory.
  static String fromMemory(DType dtype, String element) {
    return switch (dtype) {
      case F32, F64, I64, I32, I16, I8, U8 -> element;
      case F16 -> "f16_to_float(" + element + ")";
      case BF16 -> "bf16_to_float(" + element + ")";
      case BOOL -> element + " != 0";
    };
  }

  /// An element, as memory holds it.
  static String toMemory(DType dtype, String value) {
    return switch (dtype) {
      case F32, F64, I64, I32 -> value;
      case F16 -> "float_to_f16(" + value + ")";
      case BF16 -> "float_to_bf16(" + value + ")";
      case I16, I8, U8, BOOL -> "(" + memory(dtype) + ")" + value;
    };
  }

  /// The low bits of an `int`, as a value of a type.
  static String wrapped(DType dtype, String value) {
    return switch (dtype) {
      case I16 -> "(int)(short)(" + value + ")";
      case I8 -> "(int)(signed char)(" + value + ")";
      case U8 -> "((" + value + ") & 0xff)";
      case F32, F64, F16, BF16, I64, I32, BOOL -> value;
    };
  }

  /// A number of this type.
  static String literal(DType dtype, double value) {
    return switch (dtype) {
      case F32, F16, BF16 -> floatLiteral((float) value);
      case F64 -> doubleLiteral(value);
      case I64 -> longLiteral((long) value);
      case I32 ->
          (int) value == Integer.MIN_VALUE
              ? "(-2147483647 - 1)"
              : signed(Long.toString((int) value));
      case I16, I8, U8 -> signed(Long.toString((long) value));
      case BOOL -> value != 0 ? "true" : "false";
    };
  }

  private static String floatLiteral(float value) {
    if (Float.isNaN(value)) return "__uint_as_float(0x7fc00000u)";
    if (Float.isInfinite(value))
      return "__uint_as_float(0x%s800000u)".formatted(value > 0 ? "7f" : "ff");
    return signed(Float.toString(value) + "f");
  }

  private static String doubleLiteral(double value) {
    if (Double.isNaN(value)) return "__longlong_as_double(0x7ff8000000000000LL)";
    if (Double.isInfinite(value)) {
      return "__longlong_as_double(0x%s0000000000000LL)".formatted(value > 0 ? "7ff" : "fff");
    }
    return signed(Double.toString(value));
  }

  private static String longLiteral(long value) {
    if (value == Long.MIN_VALUE) return "(-9223372036854775807LL - 1)";
    return signed(value + "LL");
  }

  private static String signed(String number) {
    return number.startsWith("-") ? "(" + number + ")" : number;
  }
}
