package io.gatun.ptx;

import java.util.List;
import java.util.Map;

/// A kernel or a device function as written.
///
/// @param isKernel whether it is an `.entry`
/// @param results variables that a device function leaves its results in
/// @param parameters variables of its parameters
/// @param variables shared and local variables declared in it
/// @param labels index of the instruction that each label stands before
/// @param maxThreads of `.maxntid` or `.reqntid`; 0 where it is not said
/// @param minBlocks of `.minnctapersm`; 0 where it is not said
record PtxFunction(
    String name,
    boolean isKernel,
    int line,
    List<PtxVariable> results,
    List<PtxVariable> parameters,
    List<PtxVariable> variables,
    List<PtxInstruction> instructions,
    Map<String, Integer> labels,
    int maxThreads,
    int minBlocks) {}
