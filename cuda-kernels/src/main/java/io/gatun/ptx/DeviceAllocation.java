package io.gatun.ptx;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Device memory that a program holds.
///
/// @param address its first address
/// @param bytes its size
/// @param site the method and line that asked for it
public record DeviceAllocation(long address, long bytes, String site) {
  private static final Set<String> INNER =
      Stream.of(
              DeviceAllocation.class,
              VirtualContext.class,
              DriverCalls.class,
              MemoryCalls.class,
              VirtualCudaDriver.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  /// The caller of the driver, as `Class.method:line`.
  static String callSite() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !INNER.contains(frame.getClassName()))
                    .findFirst()
                    .map(DeviceAllocation::text)
                    .orElse("unknown"));
  }

  private static String text(StackWalker.StackFrame frame) {
    var name = frame.getClassName();
    return "%s.%s:%d"
        .formatted(
            name.substring(name.lastIndexOf('.') + 1),
            frame.getMethodName(),
            frame.getLineNumber());
  }
}
