package io.gatun.graph.kernel;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Windows;

/// Rough costs of operations in vector instructions, by which the fuser weighs recomputation.
final class Costs {
  private Costs() {}

  /// From this cost on a value is rather stored than computed several times.
  static final int EXPENSIVE = 8;

  static int of(Op op) {
    return switch (op) {
      case Unary(var kind) ->
          switch (kind) {
            case NEG, ABS, SIGN, FLOOR, CEIL, ROUND, NOT -> 1;
            case SQRT, RSQRT -> EXPENSIVE;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF -> 2 * EXPENSIVE;
          };
      case Binary(var kind) ->
          switch (kind) {
            case DIV, REM -> EXPENSIVE;
            case POW -> 4 * EXPENSIVE;
            case ADD, SUB, MUL, MAX, MIN, AND, OR, XOR, EQ, NE, LT, LE, GT, GE -> 1;
          };
      case Random _ -> 4 * EXPENSIVE;
      case Input _,
          Constant _,
          Iota _,
          Select _,
          Cast _,
          Reshape _,
          Transpose _,
          Broadcast _,
          Slice _,
          Pad _,
          Concat _,
          Reverse _,
          Windows _,
          FoldWindows _,
          Reduce _,
          MatMul _,
          Conv _,
          ConvGradInput _,
          ConvGradFilter _,
          Gather _,
          ScatterAdd _,
          ArgSort _,
          Scan _,
          Composite _ ->
          1;
    };
  }
}
