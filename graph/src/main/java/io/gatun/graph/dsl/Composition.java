package io.gatun.graph.dsl;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Output;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// A function of values under a name that a device may claim whole: each call traces the body (and
/// the gradient, where there is one) for its operands' types into a [Composite]. Equal calls give
/// equal composites and so are one value. Numbers that a kernel needs, as an epsilon, are operands
/// of rank 0.
///
/// @param operands names of the operands
/// @param gradient from the operands, the outputs and the cotangent of output 0 to the cotangents
/// of the first operands; those that it leaves out get none
public record Composition(
    String name, int version, List<String> operands, Body body, Optional<Body> gradient) {
  /// From values to values, in the operands' graph.
  @FunctionalInterface
  public interface Body {
    List<Value> of(List<Value> values);
  }

  public Composition {
    operands = List.copyOf(operands);
  }

  /// A function without a gradient of its own: its body is differentiated.
  public static Composition of(String name, List<String> operands, Body body) {
    return new Composition(name, 1, operands, body, Optional.empty());
  }

  /// This function with a gradient of its own.
  public Composition withGradient(Body gradient) {
    return new Composition(name, version, operands, body, Optional.of(gradient));
  }

  /// The outputs for these operands.
  public List<Value> apply(Value... values) {
    if (values.length != operands.size()) {
      throw GraphException.atCaller("%s: wants %s, got %d", name, operands, values.length);
    }
    var types = new ArrayList<TensorType>();
    for (Value value : values) types.add(value.type());
    var graph = trace(body, operands, types, i -> "y" + i);
    var adjoint = gradient.map(g -> traceGradient(g, graph));
    var outputs = new ArrayList<Value>();
    var others = List.of(values).subList(1, values.length).toArray(Value[]::new);
    for (int i = 0; i < graph.outputs().size(); i++) {
      outputs.add(values[0].apply(new Composite(name, version, graph, i, adjoint), others));
    }
    return outputs;
  }

  private Graph traceGradient(Body gradient, Graph graph) {
    var names = new ArrayList<>(operands);
    var types = new ArrayList<>(graph.inputTypes());
    for (Output output : graph.outputs()) {
      names.add(output.name());
      types.add(output.node().type());
    }
    names.add("dy");
    types.add(graph.outputs().getFirst().node().type());
    return trace(gradient, names, types, operands::get);
  }

  private static Graph trace(
      Body body, List<String> names, List<TensorType> types, IntFunction<String> output) {
    var builder = new GraphBuilder();
    var inputs = new ArrayList<Value>();
    for (int i = 0; i < types.size(); i++) {
      inputs.add(Value.input(builder, names.get(i), types.get(i)));
    }
    var outputs = new ArrayList<Output>();
    for (Value value : body.of(inputs)) {
      outputs.add(Output.of(output.apply(outputs.size()), value.node()));
    }
    return builder.build(outputs);
  }
}
