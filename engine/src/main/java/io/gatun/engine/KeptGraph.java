package io.gatun.engine;

import io.gatun.engine.profile.RecordedExecutable;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.tensor.TensorType;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A graph that is made of a model's file in a way of its own, as one that carries its state from
/// run to run. Its plan is kept as [OnnxProgram] keeps that of the model itself.
///
/// @param form names that way: graphs of one model, types and form are the same
/// @param types of the inputs, by name
/// @param graph makes it, which is where the model is parsed
public record KeptGraph(
    OnnxModel model, String form, Map<String, TensorType> types, Supplier<Graph> graph) {
  public KeptGraph {
    types = Map.copyOf(types);
  }

  /// The graph on a device, from the plan that was kept or compiled now.
  ///
  /// @throws io.gatun.graph.onnx.OnnxException when the graph cannot be made
  public Executable on(Device device) {
    return on(device, PlanCache.of(device, model, form));
  }

  Executable on(Device device, Optional<PlanCache> plans) {
    var kept = plans.flatMap(p -> p.find(types, new LaterPlan(graph, device)));
    if (kept.isPresent()) return new RecordedExecutable(model.name(), kept.get());
    var executable = device.compile(model.name(), graph.get());
    plans.ifPresent(p -> p.keep(types, executable));
    return executable;
  }
}
