package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;

/// What a layer sees of the graph that it is traced into: where its variables are declared, whether
/// the graph trains, and random numbers. Its name prefixes those of the variables.
public final class Scope {
  private final Tracing tracing;
  private final String path;
  private int draws;

  Scope(Tracing tracing, String path) {
    this.tracing = tracing;
    this.path = path;
  }

  /// The scope of a layer inside.
  public Scope child(String name) {
    return new Scope(tracing, join(name));
  }

  private String join(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /// Whether the graph is that of a training step: dropout drops, statistics are updated.
  public boolean training() {
    return tracing.training();
  }

  /// An `f32` parameter that the optimizer improves. Declaring a name again gives the same value.
  public Value parameter(String name, Shape shape, Initializer initializer) {
    var type = new TensorType(DType.F32, shape);
    return tracing.variable(new Variable(join(name), type, initializer, Variable.Role.PARAMETER));
  }

  /// A variable that the layer itself updates.
  public Value state(String name, TensorType type, Initializer initializer) {
    return tracing.variable(new Variable(join(name), type, initializer, Variable.Role.STATE));
  }

  /// The next value of a state; ignored outside of training.
  public void update(Value state, Value next) {
    if (training()) tracing.update(state, next);
  }

  /// Uniform `f32` in [0, 1): in each step others, a function of the model's seed, this scope's
  /// name and the number of the draw in this scope.
  public Value uniform(Shape shape) {
    long stream = HostRandom.hash(path + "#" + draws++);
    var seed = tracing.variable(TrainingGraphs.SEED);
    var step = tracing.variable(TrainingGraphs.STEP);
    return Value.uniform(
        seed.xor(seed.scalar(stream)), step.mul(Math.ceilDiv(shape.size(), 4)), shape);
  }
}
