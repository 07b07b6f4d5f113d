package io.gatun.engine.nn;

import io.gatun.engine.nn.layer.LayerReaders;
import io.gatun.engine.nn.loss.LossReaders;
import io.gatun.engine.nn.metric.MetricReaders;
import io.gatun.engine.nn.optimizer.OptimizerReaders;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// How files' parts become objects: a reader for each kind. A model with parts of the user's own is
/// loaded with readers for these added:
///
/// ```java
/// var parts = Parts.builtIn().withLayer("scale", f -> new Scale(f.number("factor")));
/// var model = Model.load(file, device, parts);
/// ```
///
/// @param layers readers by kind, and so on
public record Parts(
    Map<String, Reader<? extends Block>> layers,
    Map<String, Reader<? extends Loss>> losses,
    Map<String, Reader<? extends Metric>> metrics,
    Map<String, Reader<? extends Optimizer>> optimizers,
    Map<String, Reader<? extends Schedule>> schedules) {

  /// Makes a part of the settings that it wrote.
  @FunctionalInterface
  public interface Reader<T> {
    /// @throws IOException when a setting is missing or of another type, as [Fields] tells it
    T read(Fields settings) throws IOException;
  }

  public Parts {
    layers = Map.copyOf(layers);
    losses = Map.copyOf(losses);
    metrics = Map.copyOf(metrics);
    optimizers = Map.copyOf(optimizers);
    schedules = Map.copyOf(schedules);
  }

  /// Those of this package.
  public static Parts builtIn() {
    return new Parts(
            LayerReaders.layers(),
            LossReaders.all(),
            MetricReaders.all(),
            OptimizerReaders.optimizers(),
            OptimizerReaders.schedules())
        .withLayer("frozen", f -> new Frozen(f.layer("layer")));
  }

  private static <T> Map<String, Reader<? extends T>> and(
      Map<String, Reader<? extends T>> known, String kind, Reader<? extends T> reader) {
    var all = new TreeMap<>(known);
    if (all.put(kind, reader) != null) {
      throw new IllegalArgumentException("there is a reader for kind \"" + kind + "\" already");
    }
    return all;
  }

  /// These and a reader for layers of this kind, of one operand or several.
  public Parts withLayer(String kind, Reader<? extends Block> reader) {
    return new Parts(and(layers, kind, reader), losses, metrics, optimizers, schedules);
  }

  public Parts withLoss(String kind, Reader<? extends Loss> reader) {
    return new Parts(layers, and(losses, kind, reader), metrics, optimizers, schedules);
  }

  public Parts withMetric(String kind, Reader<? extends Metric> reader) {
    return new Parts(layers, losses, and(metrics, kind, reader), optimizers, schedules);
  }

  public Parts withOptimizer(String kind, Reader<? extends Optimizer> reader) {
    return new Parts(layers, losses, metrics, and(optimizers, kind, reader), schedules);
  }

  public Parts withSchedule(String kind, Reader<? extends Schedule> reader) {
    return new Parts(layers, losses, metrics, optimizers, and(schedules, kind, reader));
  }
}
