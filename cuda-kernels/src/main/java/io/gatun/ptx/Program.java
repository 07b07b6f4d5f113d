package io.gatun.ptx;

import java.util.List;

/// A kernel, decoded: what a warp needs to run it. Immutable.
///
/// @param steps in order; the last one ends the kernel
/// @param runs the straight run that begins at each step, or [StraightRun#NONE]
/// @param intRows rows of 32-bit lanes
/// @param longRows rows of 64-bit lanes
/// @param floatRows rows of floats
/// @param slots number of steps that touch memory
/// @param sharedBytes static shared memory
/// @param dynamicAlign alignment of the dynamic shared memory behind it; 0 where there is none
/// @param localBytes local memory of a thread
/// @param registers that the PTX names
record Program(
    String name,
    Step[] steps,
    StraightRun[] runs,
    int intRows,
    int longRows,
    int floatRows,
    int predicates,
    int slots,
    List<IntConstant> intConstants,
    List<IntConstant> floatConstants,
    List<LongConstant> longConstants,
    List<SymbolConstant> symbols,
    List<SpecialRow> specials,
    List<PredicateConstant> predicateConstants,
    int sharedBytes,
    int dynamicAlign,
    int localBytes,
    int registers) {

  /// A row that holds one value, or a row of floats that holds one of these bits.
  record IntConstant(int row, int value) {}

  /// A row that holds one value.
  record LongConstant(int row, long value) {}

  /// A predicate that is always true or always false.
  record PredicateConstant(int index, boolean value) {}

  /// A row that holds the address of a variable in global memory.
  record SymbolConstant(int row, PtxVariable variable, long offset) {}

  /// A row that holds a special register.
  record SpecialRow(int row, SpecialRegister register) {}

  /// Rows of 32 bits that hold values of the kernel's registers.
  int liveRegisters() {
    var ints = intRows - Warp.RESERVED_ROWS - intConstants.size() - specials.size();
    var longs = longRows - Warp.RESERVED_ROWS - longConstants.size() - symbols.size();
    var floats = floatRows - Warp.RESERVED_ROWS - floatConstants.size();
    return ints + floats + 2 * longs;
  }

  /// Bytes of shared memory a block has, with this many of dynamic memory.
  int sharedBytes(int dynamic) {
    return sharedBytes + dynamic;
  }
}
