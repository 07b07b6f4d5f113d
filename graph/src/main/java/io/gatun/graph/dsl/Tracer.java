package io.gatun.graph.dsl;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Output;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// A graph while it is being written: names its inputs, then its outputs. One step of training is
/// ```java
/// var t = new Tracer();
/// var x = t.input("x", TensorType.f32(32, 784));
/// var label = t.input("label", TensorType.of(DType.I32, 32));
/// var w = t.input("w", TensorType.f32(784, 10));
///
/// var loss = Nn.crossEntropy(x.matmul(w), label).mean();
/// var dw = Gradient.of(loss, w);
///
/// t.output("loss", loss);
/// t.update(w, w.sub(dw.mul(0.1)));
/// Graph step = t.graph();
/// ```
public final class Tracer {
  private final GraphBuilder builder = new GraphBuilder();
  private final List<Output> outputs = new ArrayList<>();

  /// A graph without inputs and outputs.
  public Tracer() {}

  /// A parameter of the graph; names are unique.
  public Value input(String name, TensorType type) {
    return Value.input(builder, name, type);
  }

  /// A value known now. The literal is not copied.
  public Value constant(Literal literal) {
    return Value.constant(builder, literal);
  }

  /// A value known now, copied and rounded to its element type.
  public Value constant(NdArray array) {
    return constant(Literal.of(array));
  }

  /// A value known now, from its elements in row-major order.
  public Value constant(TensorType type, double... elements) {
    return constant(Literal.of(type, elements));
  }

  /// A constant of rank 0.
  public Value scalar(DType dtype, double value) {
    return Value.scalar(builder, dtype, value);
  }

  /// Numbers 0, 1, 2 ... along one axis.
  public Value iota(TensorType type, int axis) {
    return Value.iota(builder, type, axis);
  }

  /// Names a result of the graph.
  public void output(String name, Value value) {
    add(Output.of(name, value.node()));
  }

  /// A result, named as `input`, that overwrites it in place when the graph runs: a parameter's
  /// next value. Everything else in the graph reads the old one.
  public void update(Value input, Value next) {
    if (!(input.node().op() instanceof Input(String name, TensorType type))) {
      throw GraphException.atCaller("update: %s is not an input of the graph", input.type());
    }
    if (!type.equals(next.type())) {
      throw GraphException.atCaller("update of \"%s\": %s becomes %s", name, type, next.type());
    }
    add(Output.update(input.node(), next.node()));
  }

  private void add(Output output) {
    if (outputs.stream().anyMatch(o -> o.name().equals(output.name()))) {
      throw GraphException.atCaller("two outputs are named \"%s\"", output.name());
    }
    outputs.add(output);
  }

  /// The graph of everything that the outputs need.
  public Graph graph() {
    return builder.build(outputs);
  }
}
