package io.gatun.engine;

import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;

/// Something that runs plans. It never sees single operations and never grows with their set.
public interface Device extends AutoCloseable {
  /// The name the user asked for: `cpu`, `reference`.
  String name();

  /// What the compiler needs to know to make plans for this device.
  Target target();

  /// Makes a plan ready to run: kernels compiled, arena allocated, constants placed.
  ///
  /// @throws EngineException when the plan is for another target or memory does not suffice
  Executable load(Plan plan);

  /// Releases the device; executables loaded on it must be closed before.
  @Override
  void close();
}
