package io.gatun.ptx;

import java.util.List;

/// A kernel, decoded and ready to be launched.
public final class PtxKernel {
  /// A parameter: where it lies in the argument bytes.
  ///
  /// @param name its name in the PTX text
  /// @param offset bytes from the start of the arguments
  /// @param size bytes
  /// @param align bytes
  public record Parameter(String name, int offset, int size, int align) {}

  private final String name;
  private final List<Parameter> parameters;
  private final int maxThreads;
  private final int minBlocks;
  private final int sharedBytes;
  private final int localBytes;
  private final Program program;

  PtxKernel(
      String name,
      List<Parameter> parameters,
      int maxThreads,
      int minBlocks,
      int sharedBytes,
      int localBytes,
      Program program) {
    this.name = name;
    this.parameters = List.copyOf(parameters);
    this.maxThreads = maxThreads;
    this.minBlocks = minBlocks;
    this.sharedBytes = sharedBytes;
    this.localBytes = localBytes;
    this.program = program;
  }

  /// Name of the entry.
  public String name() {
    return name;
  }

  /// Parameters in order.
  public List<Parameter> parameters() {
    return parameters;
  }

  /// Bytes of all arguments, with the gaps that alignment leaves.
  public int argumentBytes() {
    if (parameters.isEmpty()) {
      return 0;
    }
    var last = parameters.getLast();
    return last.offset() + last.size();
  }

  /// The most threads of a block (`.maxntid`, `__launch_bounds__`); 1024 where it is not said.
  public int maxThreads() {
    return maxThreads;
  }

  /// Blocks a multiprocessor shall hold (`.minnctapersm`); 0 where it is not said.
  public int minBlocks() {
    return minBlocks;
  }

  /// Static shared bytes of a block.
  public int sharedBytes() {
    return sharedBytes;
  }

  /// Bytes of local memory (stack) of a thread.
  public int localBytes() {
    return localBytes;
  }

  /// Registers of 32 bits that hold the values which are live at once in the PTX, about.
  int liveRegisters() {
    return program.liveRegisters();
  }

  Program program() {
    return program;
  }
}
