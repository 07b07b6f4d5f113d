package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.util.List;

/// The gated recurrent unit (Cho et al. 2014) in the form of Keras and PyTorch, which resets after
/// the product. At each step of `x[n, time, features]`:
///
/// ```text
/// [xz, xr, xh] = x kernel + bias[0]                        three parts of `units`
/// [hz, hr, hh] = h recurrent_kernel + bias[1]
/// z = gate(xz + hz), r = gate(xr + hr)
/// h = z * h + (1 - z) * activation(xh + r * hh)
/// ```
///
/// Variables: `kernel[features, 3 units]`, `recurrent_kernel[units, 3 units]`, `bias[2, 3 units]`;
/// a stateful layer carries `hidden`. PyTorch has the parts in the order r, z, h and kernels
/// transposed.
///
/// @param activation mostly tanh
/// @param gate mostly sigmoid
public record GRU(
    int units,
    Activation activation,
    Activation gate,
    boolean useBias,
    RecurrentOptions options,
    Initializer kernelInitializer,
    Initializer recurrentInitializer,
    Initializer biasInitializer)
    implements Recurrent<GRU> {
  public GRU {
    Checks.positive("gru: units", units);
  }

  /// Keras's defaults: Glorot-uniform kernel, orthogonal recurrent kernel, zero biases.
  public static GRU of(int units) {
    return new GRU(
        units,
        Activation.TANH,
        Activation.SIGMOID,
        true,
        RecurrentOptions.of(),
        Initializer.glorotUniform(),
        Initializer.orthogonal(),
        Initializer.zeros());
  }

  @Override
  public GRU withOptions(RecurrentOptions other) {
    return new GRU(
        units,
        activation,
        gate,
        useBias,
        other,
        kernelInitializer,
        recurrentInitializer,
        biasInitializer);
  }

  @Override
  public String kind() {
    return "gru";
  }

  @Override
  public Settings settings() {
    var own =
        Settings.none()
            .with("units", units)
            .with("activation", activation.text())
            .with("gate", gate.text())
            .with("bias", useBias);
    return options
        .and(own)
        .with("kernel_initializer", kernelInitializer)
        .with("recurrent_initializer", recurrentInitializer)
        .with("bias_initializer", biasInitializer);
  }

  /// Reads what [#settings] gave.
  public static GRU read(Fields f) throws IOException {
    return new GRU(
        f.integer("units"),
        f.constant("activation", Activation.values()),
        f.constant("gate", Activation.values()),
        f.flag("bias"),
        RecurrentOptions.read(f),
        f.initializer("kernel_initializer"),
        f.initializer("recurrent_initializer"),
        f.initializer("bias_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    int width = 3 * units;
    var kernel = scope.parameter("kernel", Shape.of(x.dim(2), width), kernelInitializer);
    var recurrent =
        scope.parameter("recurrent_kernel", Shape.of(units, width), recurrentInitializer);
    var inputs = x.swapAxes(0, 1).matmul(kernel);
    var unfolding = new Unfolding(scope, options, List.of("hidden"), units);
    if (!useBias) {
      return unfolding.over(
          inputs, (state, input) -> step(state, input, product(state, recurrent)));
    }
    var bias = scope.parameter("bias", Shape.of(2, width), biasInitializer);
    var after = bias.index(0, 1);
    return unfolding.over(
        inputs.add(bias.index(0, 0)),
        (state, input) -> step(state, input, product(state, recurrent).add(after)));
  }

  private static Value product(List<Value> state, Value recurrent) {
    return state.getFirst().matmul(recurrent);
  }

  private List<Value> step(List<Value> state, Value input, Value product) {
    var update = gate.of(part(input, 0).add(part(product, 0)));
    var reset = gate.of(part(input, 1).add(part(product, 1)));
    var candidate = activation.of(part(input, 2).add(reset.mul(part(product, 2))));
    return List.of(candidate.add(update.mul(state.getFirst().sub(candidate))));
  }

  private Value part(Value all, int number) {
    return all.slice(1, number * units, (number + 1) * units);
  }
}
