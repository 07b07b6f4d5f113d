package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// An activation function: a part of another layer, or a layer by itself.
public enum Activation implements Layer {
  /// The operand itself.
  LINEAR(x -> x),
  RELU(Nn::relu),
  /// Slope 0.2 below zero, as in Keras 3.
  LEAKY_RELU(x -> Nn.leakyRelu(x, 0.2)),
  /// Alpha 1.
  ELU(x -> Nn.elu(x, 1)),
  /// By the error function, exactly.
  GELU(Nn::gelu),
  /// By `tanh`, as in GPT-2.
  GELU_TANH(Nn::geluTanh),
  SILU(Nn::silu),
  SOFTPLUS(Nn::softplus),
  SIGMOID(Value::sigmoid),
  TANH(Value::tanh),
  EXP(Value::exp),
  /// Of the last axis.
  SOFTMAX(Nn::softmax),
  /// Of the last axis.
  LOG_SOFTMAX(Nn::logSoftmax);

  private final UnaryOperator<Value> function;

  Activation(UnaryOperator<Value> function) {
    this.function = function;
  }

  public Value of(Value x) {
    return function.apply(x);
  }

  @Override
  public String kind() {
    return "activation";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("function", text());
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return of(x);
  }

  /// Name in files: `relu`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
