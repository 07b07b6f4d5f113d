package io.gatun.engine.cpu;

import io.gatun.graph.tensor.DType;

/// How element types live in registers and in memory: `F16` and `BF16` are computed as `float`,
/// `BOOL` is `i1` in a register and a byte 0 or 1 in memory.
final class Registers {
  private Registers() {}

  /// Element type in registers.
  static String register(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16 -> "float";
      case F64 -> "double";
      case I64 -> "i64";
      case I32 -> "i32";
      case I16 -> "i16";
      case I8, U8 -> "i8";
      case BOOL -> "i1";
    };
  }

  /// Element type in memory.
  static String memory(DType dtype) {
    return switch (dtype) {
      case F32 -> "float";
      case F64 -> "double";
      case F16 -> "half";
      case BF16, I16 -> "i16";
      case I64 -> "i64";
      case I32 -> "i32";
      case I8, U8, BOOL -> "i8";
    };
  }

  /// Bytes of the register form; 0 for `BOOL`, whose masks follow the width of the rest.
  static int bytes(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16, I32 -> 4;
      case F64, I64 -> 8;
      case I16 -> 2;
      case I8, U8 -> 1;
      case BOOL -> 0;
    };
  }

  static Ssa constant(DType dtype, int lanes, double value) {
    return dtype.isFloat()
        ? Ir.number(register(dtype), lanes, value)
        : Ir.integer(register(dtype), lanes, (long) value);
  }

  /// Register form of what was read.
  static Ssa fromMemory(Ir ir, DType dtype, Ssa raw) {
    return switch (dtype) {
      case F32, F64, I64, I32, I16, I8, U8 -> raw;
      case F16 -> ir.convert("fpext", raw, "float");
      case BF16 -> {
        Ssa wide = ir.convert("zext", raw, "i32");
        yield ir.convert("bitcast", ir.binary("shl", wide, 16), "float");
      }
      case BOOL -> ir.binary("icmp ne", raw, 0);
    };
  }

  /// Memory form of a register; narrow floats are rounded to nearest, ties to even.
  static Ssa toMemory(Ir ir, DType dtype, Ssa value) {
    return switch (dtype) {
      case F32, F64, I64, I32, I16, I8, U8 -> value;
      case F16 -> ir.convert("fptrunc", value, "half");
      case BF16 -> toBf16(ir, value);
      case BOOL -> ir.convert("zext", value, "i8");
    };
  }

  private static Ssa toBf16(Ir ir, Ssa value) {
    Ssa bits = ir.convert("bitcast", value, "i32");
    Ssa upper = ir.binary("lshr", bits, 16);
    Ssa bias = ir.binary("add", ir.binary("and", upper, 1), 0x7fff);
    Ssa rounded = ir.binary("lshr", ir.binary("add", bits, bias), 16);
    Ssa nan = ir.binary("or", upper, 0x40);
    Ssa isNan = ir.binary("fcmp uno", value, value);
    return ir.convert("trunc", ir.select(isNan, nan, rounded), "i16");
  }

  /// `value` as a type narrower or wider, as `ir.Cast` defines it.
  static Ssa convert(Ir ir, Ssa value, DType from, DType to) {
    if (to == DType.BOOL) {
      if (from == DType.BOOL) return value;
      return from.isFloat()
          ? ir.binary("fcmp une", value, Ir.number(value, 0))
          : ir.binary("icmp ne", value, 0);
    }
    if (from.isFloat()) return to.isFloat() ? toFloat(ir, value, to) : toInteger(ir, value, to);
    boolean unsigned = from == DType.U8 || from == DType.BOOL;
    if (to.isFloat()) {
      String element = to == DType.F32 ? "float" : "double";
      Ssa number = ir.convert(unsigned ? "uitofp" : "sitofp", value, element);
      return to.bytes() >= 4 ? number : toFloat(ir, number, to);
    }
    return resized(ir, value, unsigned, register(to));
  }

  private static Ssa resized(Ir ir, Ssa value, boolean unsigned, String element) {
    int from = Integer.parseInt(value.element().substring(1));
    int to = Integer.parseInt(element.substring(1));
    if (from == to) return value;
    return ir.convert(from > to ? "trunc" : unsigned ? "zext" : "sext", value, element);
  }

  private static Ssa toFloat(Ir ir, Ssa value, DType to) {
    String element = register(to);
    if (value.element().equals(element)) return narrowed(ir, value, to);
    if (element.equals("double")) return ir.convert("fpext", value, element);
    Ssa nearest = ir.convert("fptrunc", value, element);
    return to == DType.F32 ? nearest : narrowed(ir, toOdd(ir, value, nearest), to);
  }

  /// The float towards zero of a double, its last bit set if bits were lost: rounding that to a
  /// narrower type is rounding the double once.
  private static Ssa toOdd(Ir ir, Ssa value, Ssa nearest) {
    Ssa back = ir.convert("fpext", nearest, "double");
    Ssa away = ir.binary("fcmp ogt", ir.intrinsic("fabs", back), ir.intrinsic("fabs", value));
    Ssa bits = ir.convert("bitcast", nearest, "i32");
    Ssa truncated = ir.binary("sub", bits, ir.convert("zext", away, "i32"));
    Ssa isInexact = ir.binary("fcmp one", back, value);
    Ssa sticky = ir.binary("or", truncated, ir.convert("zext", isInexact, "i32"));
    return ir.convert("bitcast", sticky, "float");
  }

  private static Ssa narrowed(Ir ir, Ssa number, DType to) {
    return to == DType.F16 || to == DType.BF16
        ? fromMemory(ir, to, toMemory(ir, to, number))
        : number;
  }

  /// Truncates toward zero and clamps to the range of the type; NaN gives 0.
  private static Ssa toInteger(Ir ir, Ssa value, DType to) {
    Ssa isNumber = ir.binary("fcmp ord", value, value);
    Ssa number = ir.select(isNumber, value, Ir.number(value, 0));
    if (bytes(to) < 4) {
      Ssa low = Ir.number(value, to.saturate(Double.NEGATIVE_INFINITY));
      Ssa high = Ir.number(value, to.saturate(Double.POSITIVE_INFINITY));
      Ssa raised = ir.select(ir.binary("fcmp olt", number, low), low, number);
      Ssa clamped = ir.select(ir.binary("fcmp ogt", raised, high), high, raised);
      return ir.convert("trunc", ir.convert("fptosi", clamped, "i32"), register(to));
    }
    Ssa limit = Ir.number(value, to == DType.I32 ? 0x1p31 : 0x1p63);
    Ssa inside = ir.binary("fcmp olt", ir.intrinsic("fabs", number), limit);
    Ssa part = ir.select(inside, number, Ir.number(value, 0));
    Ssa whole = ir.convert("fptosi", part, register(to));
    Ssa isHigh = ir.binary("fcmp oge", number, limit);
    Ssa isLow =
        ir.binary(
            "fcmp ole", number, ir.emit(limit.element(), limit.lanes(), "fneg " + limit.typed()));
    Ssa raised = ir.select(isLow, Ir.integer(whole, to.saturate(Double.NEGATIVE_INFINITY)), whole);
    return ir.select(isHigh, Ir.integer(whole, to.saturate(Double.POSITIVE_INFINITY)), raised);
  }
}
