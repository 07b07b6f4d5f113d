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

/// The fully connected recurrent layer (Elman 1990): `h = activation(x kernel + bias + h
/// recurrent_kernel)` at each step of `x[n, time, features]`. Variables: `kernel[features, units]`,
/// `recurrent_kernel[units, units]`, `bias[units]`; a stateful layer carries `hidden`.
public record SimpleRNN(
    int units,
    Activation activation,
    boolean useBias,
    RecurrentOptions options,
    Initializer kernelInitializer,
    Initializer recurrentInitializer,
    Initializer biasInitializer)
    implements Recurrent<SimpleRNN> {
  public SimpleRNN {
    Checks.positive("simple_rnn: units", units);
  }

  /// Keras's defaults: tanh, Glorot-uniform kernel, orthogonal recurrent kernel, zero bias.
  public static SimpleRNN of(int units) {
    return new SimpleRNN(
        units,
        Activation.TANH,
        true,
        RecurrentOptions.of(),
        Initializer.glorotUniform(),
        Initializer.orthogonal(),
        Initializer.zeros());
  }

  @Override
  public SimpleRNN withOptions(RecurrentOptions other) {
    return new SimpleRNN(
        units,
        activation,
        useBias,
        other,
        kernelInitializer,
        recurrentInitializer,
        biasInitializer);
  }

  @Override
  public String kind() {
    return "simple_rnn";
  }

  @Override
  public Settings settings() {
    var own =
        Settings.none()
            .with("units", units)
            .with("activation", activation.text())
            .with("bias", useBias);
    return options
        .and(own)
        .with("kernel_initializer", kernelInitializer)
        .with("recurrent_initializer", recurrentInitializer)
        .with("bias_initializer", biasInitializer);
  }

  /// Reads what [#settings] gave.
  public static SimpleRNN read(Fields f) throws IOException {
    return new SimpleRNN(
        f.integer("units"),
        f.constant("activation", Activation.values()),
        f.flag("bias"),
        RecurrentOptions.read(f),
        f.initializer("kernel_initializer"),
        f.initializer("recurrent_initializer"),
        f.initializer("bias_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    var kernel = scope.parameter("kernel", Shape.of(x.dim(2), units), kernelInitializer);
    var recurrent =
        scope.parameter("recurrent_kernel", Shape.of(units, units), recurrentInitializer);
    var inputs = x.swapAxes(0, 1).matmul(kernel);
    if (useBias) inputs = inputs.add(scope.parameter("bias", Shape.of(units), biasInitializer));
    return new Unfolding(scope, options, List.of("hidden"), units)
        .over(
            inputs,
            (state, input) ->
                List.of(activation.of(input.add(state.getFirst().matmul(recurrent)))));
  }
}
