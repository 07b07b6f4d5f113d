package io.gatun.graph.target;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.GraphException;
import java.util.Set;

/// What a device offers, as data, so that its plans are compiled and tested where it is absent.
///
/// - `name`: as the user names the device.
/// - `composites`: names of the composites that it has kernels for; others are inlined.
/// - `generatesKernels`: whether loops and contractions are generated; if not, every operation runs
///   on the reference evaluator.
/// - `maxBuffers`: how many arrays one kernel may touch.
public record Target(
    String name, Set<String> composites, boolean generatesKernels, int maxBuffers) {
  public Target {
    composites = Set.copyOf(composites);
  }

  /// The CPU device, which generates all of its kernels.
  public static Target cpu() {
    return new Target("cpu", Set.of(), true, 64);
  }

  /// A CUDA device of this architecture, as `sm_90`, which generates all of its kernels. Plans do
  /// not depend on the architecture yet, but what they claim may.
  public static Target cuda(String architecture) {
    return new Target("cuda:" + architecture, Set.of(), true, 64);
  }

  /// The reference evaluator: one operation at a time, in double precision.
  public static Target reference() {
    return new Target("reference", Set.of(), false, Integer.MAX_VALUE);
  }

  /// The target of this name.
  ///
  /// @throws GraphException when there is none, listing the names
  public static Target named(String name) {
    return switch (name) {
      case "cpu" -> cpu();
      case "reference" -> reference();
      case String cuda when cuda.matches("cuda:sm_[0-9]{2,3}") -> cuda(cuda.substring(5));
      default ->
          throw new GraphException(
              "no target \"" + name + "\"; known are cpu, reference, cuda:sm_80 and its like");
    };
  }

  public boolean claims(Composite composite) {
    return composites.contains(composite.name());
  }
}
