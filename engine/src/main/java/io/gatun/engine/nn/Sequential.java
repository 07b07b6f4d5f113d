package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// One layer after the other.
///
/// @param input type of one sample, without the axis of samples
/// @param layers each under its name, which is unique
public record Sequential(TensorType input, List<Named> layers) implements Network {
  /// Gives types that fit at every layer, or throws.
  ///
  /// @throws GraphException naming the first layer that does not fit and its operand's type
  public Sequential {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) throw new GraphException("a sequential network needs a layer");
    var names = new HashSet<String>();
    for (var layer : layers) {
      if (!names.add(layer.name())) {
        throw new GraphException("two layers are named \"" + layer.name() + "\"");
      }
    }
    new Walk(Tracing.Mode.PREDICT).run(List.of(input), calls(layers));
  }

  /// A network over samples of this type.
  public static Sequential of(TensorType input, Layer... layers) {
    return of(input, List.of(layers));
  }

  /// A network over `f32` samples of this shape.
  public static Sequential of(Shape input, Layer... layers) {
    return of(new TensorType(DType.F32, input), List.of(layers));
  }

  /// A network over samples of this type; layers without a name are named after their kind:
  /// `dense`, `dense_1` ...
  public static Sequential of(TensorType input, List<Layer> layers) {
    var names = new Names();
    var named = new ArrayList<Named>();
    for (var layer : layers) named.add(names.of(layer));
    return new Sequential(input, named);
  }

  @Override
  public String kind() {
    return "sequential";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("input", input.toString()).with("layers", layers);
  }

  /// Reads what [#settings] gave.
  static Sequential read(Fields f) throws IOException {
    var layers = new ArrayList<Named>();
    for (var layer : f.layers("layers")) {
      if (!(layer instanceof Named named)) throw f.failure("layers", "layers with names");
      layers.add(named);
    }
    return new Sequential(TensorType.parse(f.text("input")), layers);
  }

  @Override
  public List<String> outputs() {
    return List.of("prediction");
  }

  @Override
  public List<TensorType> inputs() {
    return List.of(input);
  }

  @Override
  public List<Value> forward(Scope scope, List<Value> inputs) {
    var x = inputs.getFirst();
    for (var layer : layers) x = layer.applyIn(scope, List.of(x));
    return List.of(x);
  }

  /// The layers as a chain of calls.
  private static List<Functional.Call> calls(List<Named> layers) {
    var calls = new ArrayList<Functional.Call>();
    for (var layer : layers) calls.add(new Functional.Call(layer, List.of(calls.size())));
    return calls;
  }

  @Override
  public String summary() {
    return new Walk(Tracing.Mode.PREDICT).run(List.of(input), calls(layers)).text(List.of("input"));
  }
}
