package io.gatun.engine;

import io.gatun.graph.ir.Graph;
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

  /// Compiles a graph for this device and loads it; tells of it what `GATUN_DEBUG` and its like ask
  /// for (see [DebugOptions]).
  ///
  /// @param name of the program, for messages, profiles and dumps
  /// @throws EngineException when memory does not suffice
  default Executable compile(String name, Graph graph) {
    return new Loading(DebugOptions.fromEnvironment(), System.err).load(name, graph, this);
  }

  /// The code that this device generates for a plan, for people; empty where it generates none.
  default String source(Plan plan) {
    return "";
  }

  /// Releases the device; executables loaded on it must be closed before.
  @Override
  void close();
}
