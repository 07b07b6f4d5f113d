package io.gatun.engine.cuda.driver;

import io.gatun.cuda.Argument;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Collectors;

/// The arguments of a launch as `cuLaunchKernel` takes them: an array with the address of each
/// value. The driver knows their sizes from the code and copies them before it returns.
final class KernelArguments {
  /// Of any type that a kernel takes by value.
  private static final long ALIGNMENT = 16;

  private KernelArguments() {}

  /// Array of pointers, one an argument; NULL where there is none.
  static MemorySegment of(List<Argument> arguments, Arena arena) {
    if (arguments.isEmpty()) return MemorySegment.NULL;
    var pointers = arena.allocate(ValueLayout.ADDRESS, arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, value(arguments.get(i), arena));
    }
    return pointers;
  }

  /// The arguments for a message: `pointer 0x7f00, int 5, 24 bytes`.
  static String text(List<Argument> arguments) {
    return arguments.stream().map(KernelArguments::text).collect(Collectors.joining(", "));
  }

  private static MemorySegment value(Argument argument, Arena arena) {
    var value = arena.allocate(Math.max(1, argument.size()), ALIGNMENT);
    switch (argument) {
      case Argument.Pointer(long address) -> value.set(ValueLayout.JAVA_LONG, 0, address);
      case Argument.Int(int number) -> value.set(ValueLayout.JAVA_INT, 0, number);
      case Argument.Long(long number) -> value.set(ValueLayout.JAVA_LONG, 0, number);
      case Argument.Float(float number) -> value.set(ValueLayout.JAVA_FLOAT, 0, number);
      case Argument.Bytes(byte[] bytes) ->
          MemorySegment.copy(bytes, 0, value, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }
    return value;
  }

  private static String text(Argument argument) {
    return switch (argument) {
      case Argument.Pointer(long address) -> "pointer 0x" + Long.toHexString(address);
      case Argument.Int(int number) -> "int " + number;
      case Argument.Long(long number) -> "long " + number;
      case Argument.Float(float number) -> "float " + number;
      case Argument.Bytes bytes -> bytes.size() + " bytes";
    };
  }
}
