package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import java.util.List;
import java.util.Optional;

/// A kernel as device code and the launches that run it, in order.
///
/// @param unit the code
/// @param launches none where there is nothing to do
/// @param workspaceBytes memory that the launches share, which keeps nothing between runs
/// @param workspaceInStruct whether its address follows those of the buffers in the struct
public record Lowered(
    KernelUnit unit, List<Launch> launches, long workspaceBytes, boolean workspaceInStruct) {
  public Lowered {
    launches = List.copyOf(launches);
  }

  /// A kernel without a workspace, run by one launch.
  static Lowered of(KernelUnit unit, Launch launch) {
    return new Lowered(unit, List.of(launch), 0, false);
  }

  /// An argument after the struct of addresses.
  public sealed interface Parameter {
    /// The address of the workspace.
    record Workspace() implements Parameter {}

    /// A number.
    record Number(int value) implements Parameter {}

    /// A struct of bytes.
    record Struct(byte[] bytes) implements Parameter {}
  }

  /// One launch: its arguments are the struct of addresses, then `parameters`.
  ///
  /// @param entry the function's name in the unit
  /// @param pointers the buffers whose addresses the struct has, [#NONE] for a null pointer; empty
  ///     where it has each of the kernel's in order
  public record Launch(
      String entry,
      LaunchGeometry geometry,
      Optional<List<Integer>> pointers,
      List<Parameter> parameters) {
    /// In the place of a buffer: a null pointer.
    public static final int NONE = -1;

    public Launch {
      pointers = pointers.map(List::copyOf);
      parameters = List.copyOf(parameters);
    }

    /// A launch with a struct of all buffers.
    Launch(String entry, LaunchGeometry geometry, List<Parameter> parameters) {
      this(entry, geometry, Optional.empty(), parameters);
    }

    /// A launch with the struct alone.
    static Launch of(String entry, LaunchGeometry geometry) {
      return new Launch(entry, geometry, List.of());
    }
  }
}
