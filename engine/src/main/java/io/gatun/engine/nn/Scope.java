package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;

/// What a layer sees of the graph that it is traced into: where its variables are declared, whether
/// the graph trains, and random numbers. Its name prefixes those of the variables.
public final class Scope {
  private static final int NUMBERS_IN_BLOCK = 4;

  private final Tracing tracing;
  private final String path;
  private final boolean frozen;
  private int draws;

  Scope(Tracing tracing, String path, boolean frozen) {
    this.tracing = tracing;
    this.path = path;
    this.frozen = frozen;
  }

  /// The scope of a layer inside.
  public Scope child(String name) {
    return new Scope(tracing, join(name), frozen);
  }

  /// This scope for layers that training leaves alone.
  Scope freeze() {
    return new Scope(tracing, path, true);
  }

  private String join(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /// Whether the graph is that of a training step: dropout drops.
  public boolean training() {
    return tracing.mode() == Tracing.Mode.TRAIN;
  }

  /// Whether training leaves the layer alone: it does not update statistics, and uses them.
  public boolean frozen() {
    return frozen;
  }

  /// An `f32` parameter that the optimizer improves. Declaring a name again gives the same value.
  public Value parameter(String name, Shape shape, Initializer initializer) {
    var type = new TensorType(DType.F32, shape);
    var role = frozen ? Variable.Role.STATE : Variable.Role.PARAMETER;
    return tracing.variable(new Variable(join(name), type, initializer, role));
  }

  /// A variable that the layer itself updates.
  public Value state(String name, TensorType type, Initializer initializer) {
    return tracing.variable(new Variable(join(name), type, initializer, Variable.Role.STATE));
  }

  /// The next value of a state; ignored outside of training and in a frozen layer.
  public void update(Value state, Value next) {
    if (training() && !frozen) tracing.update(state, next);
  }

  /// What a layer hands from one batch to the next, as a recurrent layer its last state: zeros at
  /// the start of every epoch and of every evaluation, and in prediction.
  public Value carry(String name, TensorType type) {
    var carry = tracing.variable(Variable.zeros(join(name), type, Variable.Role.RUNNING));
    if (tracing.mode() != Tracing.Mode.PREDICT) return carry;
    return carry.filled(0);
  }

  /// The next value of a [#carry]; ignored in prediction.
  public void advance(Value carry, Value next) {
    if (tracing.mode() != Tracing.Mode.PREDICT) tracing.update(carry, next);
  }

  /// Adds a scalar to the loss of the batch, as a penalty on weights or activations.
  public void penalty(Value value) {
    Checks.fits(value.rank() == 0, "penalty: wants a scalar, got %s", value.type());
    tracing.penalty(value);
  }

  /// Declares that the elements of `x` are integers in `[0, entries)`. Where `x` is an input of the
  /// network, or a part of one, the model refuses data sets with others in it.
  public void indices(Value x, int entries) {
    tracing.limit(x, entries);
  }

  /// Uniform `f32` in [0, 1): in each step others, a function of the model's seed, this scope's
  /// name and the number of the draw in this scope.
  public Value uniform(Shape shape) {
    return Value.uniform(key(), counter(Math.ceilDiv(shape.size(), NUMBERS_IN_BLOCK)), shape);
  }

  /// Standard normal `f32`, as [#uniform].
  public Value normal(Shape shape) {
    return Value.normal(key(), counter(Math.ceilDiv(2 * shape.size(), NUMBERS_IN_BLOCK)), shape);
  }

  private Value key() {
    var seed = tracing.variable(TrainingVariables.SEED);
    return seed.xor(seed.scalar(HostRandom.hash(path + "#" + draws++)));
  }

  /// The first of the blocks of random numbers that are this step's.
  private Value counter(long blocks) {
    return tracing.variable(TrainingVariables.STEP).mul(blocks);
  }
}
