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

/// Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates: Gers et al. 2000).
/// At each step of `x[n, time, features]`:
///
/// ```text
/// [i, f, g, o] = x kernel + bias + h recurrent_kernel      four parts of `units`
/// c = gate(f) * c + gate(i) * activation(g)
/// h = gate(o) * activation(c)
/// ```
///
/// Variables: `kernel[features, 4 units]`, `recurrent_kernel[units, 4 units]`, `bias[4 units]`; a
/// stateful layer carries `hidden` and `cell`. PyTorch has the parts in the same order, kernels
/// transposed and two biases that are added.
///
/// @param activation mostly tanh
/// @param gate mostly sigmoid
public record LSTM(
    int units,
    Activation activation,
    Activation gate,
    boolean useBias,
    RecurrentOptions options,
    Initializer kernelInitializer,
    Initializer recurrentInitializer,
    Initializer biasInitializer)
    implements Recurrent<LSTM> {
  public LSTM {
    Checks.positive("lstm: units", units);
  }

  /// Keras's defaults: Glorot-uniform kernel, orthogonal recurrent kernel, bias 1 for the forget
  /// gate and 0 for the others.
  public static LSTM of(int units) {
    return new LSTM(
        units,
        Activation.TANH,
        Activation.SIGMOID,
        true,
        RecurrentOptions.of(),
        Initializer.glorotUniform(),
        Initializer.orthogonal(),
        Initializer.parts(0, 1, 0, 0));
  }

  @Override
  public LSTM withOptions(RecurrentOptions other) {
    return new LSTM(
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
    return "lstm";
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
  public static LSTM read(Fields f) throws IOException {
    return new LSTM(
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
    int width = 4 * units;
    var kernel = scope.parameter("kernel", Shape.of(x.dim(2), width), kernelInitializer);
    var recurrent =
        scope.parameter("recurrent_kernel", Shape.of(units, width), recurrentInitializer);
    var inputs = x.swapAxes(0, 1).matmul(kernel);
    if (useBias) inputs = inputs.add(scope.parameter("bias", Shape.of(width), biasInitializer));
    return new Unfolding(scope, options, List.of("hidden", "cell"), units)
        .over(inputs, (state, input) -> step(state, input, recurrent));
  }

  private List<Value> step(List<Value> state, Value input, Value recurrent) {
    var all = input.add(state.getFirst().matmul(recurrent));
    var in = gate.of(part(all, 0));
    var forget = gate.of(part(all, 1));
    var candidate = activation.of(part(all, 2));
    var out = gate.of(part(all, 3));
    var cell = forget.mul(state.get(1)).add(in.mul(candidate));
    return List.of(out.mul(activation.of(cell)), cell);
  }

  private Value part(Value all, int number) {
    return all.slice(1, number * units, (number + 1) * units);
  }
}
