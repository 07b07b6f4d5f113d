package io.gatun.graph.onnx;

import io.gatun.graph.tensor.DType;

/// Element types of ONNX, each with the one that holds it in a graph: unsigned integers of 16 and
/// 32 bits are held in the next wider signed type, `UINT64` as the same 64 bits, those of less than
/// a byte in bytes and floats of 8 bits and less in `F32`. Strings and complex numbers are not
/// tensors of a graph.
public enum ElementType {
  UNDEFINED(0, DType.F32, 0),
  FLOAT(1, DType.F32, 32),
  UINT8(2, DType.U8, 8),
  INT8(3, DType.I8, 8),
  UINT16(4, DType.I32, 16),
  INT16(5, DType.I16, 16),
  INT32(6, DType.I32, 32),
  INT64(7, DType.I64, 64),
  STRING(8, DType.U8, 0),
  BOOL(9, DType.BOOL, 8),
  FLOAT16(10, DType.F16, 16),
  DOUBLE(11, DType.F64, 64),
  UINT32(12, DType.I64, 32),
  UINT64(13, DType.I64, 64),
  COMPLEX64(14, DType.F32, 0),
  COMPLEX128(15, DType.F64, 0),
  BFLOAT16(16, DType.BF16, 16),
  FLOAT8E4M3FN(17, DType.F32, 8),
  FLOAT8E4M3FNUZ(18, DType.F32, 8),
  FLOAT8E5M2(19, DType.F32, 8),
  FLOAT8E5M2FNUZ(20, DType.F32, 8),
  UINT4(21, DType.U8, 4),
  INT4(22, DType.I8, 4),
  FLOAT4E2M1(23, DType.F32, 4),
  FLOAT8E8M0(24, DType.F32, 8),
  UINT2(25, DType.U8, 2),
  INT2(26, DType.I8, 2);

  private final int number;
  private final DType dtype;
  private final int bits;

  ElementType(int number, DType dtype, int bits) {
    this.number = number;
    this.dtype = dtype;
    this.bits = bits;
  }

  /// The number in `TensorProto.DataType`.
  public int number() {
    return number;
  }

  /// The type that holds it in a graph.
  public DType dtype() {
    return dtype;
  }

  /// Bits of an element in a file; 0 for those that are no tensors of a graph.
  int bits() {
    return bits;
  }

  /// Whether a file has the elements as a graph holds them.
  boolean isPlain() {
    return bits == 8 * dtype.bytes();
  }

  /// Whether tensors of it can be in a graph.
  boolean isTensor() {
    return bits > 0;
  }

  /// Least value of an integer type.
  long least() {
    return switch (this) {
      case INT8, INT16, INT32, INT64, INT4, INT2 -> -1L << bits - 1;
      case UINT8, UINT16, UINT32, UINT64, UINT4, UINT2, BOOL -> 0;
      case UNDEFINED, FLOAT, DOUBLE, FLOAT16, BFLOAT16, STRING, COMPLEX64, COMPLEX128 ->
          throw new OnnxException(this + " is not an integer type");
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 ->
          throw new OnnxException(this + " is not an integer type");
    };
  }

  /// Greatest value of an integer type; that of a long for `UINT64`.
  long greatest() {
    return bits == 64 ? Long.MAX_VALUE : least() + (1L << bits) - 1;
  }

  boolean isInteger() {
    return isTensor() && dtype.isInteger();
  }

  /// Whether it is a float type of 8 bits or less.
  boolean isSmallFloat() {
    return bits > 0 && bits <= 8 && dtype.isFloat();
  }

  /// The type of that number.
  static ElementType of(int number) {
    for (ElementType type : values()) if (type.number == number) return type;
    throw OnnxException.of(
        "no element type %d is known; the model is newer than this reader or broken", number);
  }

  /// The type that a graph's type stands for, unless more is known.
  public static ElementType of(DType dtype) {
    return switch (dtype) {
      case F32 -> FLOAT;
      case F64 -> DOUBLE;
      case F16 -> FLOAT16;
      case BF16 -> BFLOAT16;
      case I64 -> INT64;
      case I32 -> INT32;
      case I16 -> INT16;
      case I8 -> INT8;
      case U8 -> UINT8;
      case BOOL -> BOOL;
    };
  }
}
