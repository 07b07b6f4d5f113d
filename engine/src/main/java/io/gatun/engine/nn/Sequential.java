package io.gatun.engine.nn;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
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
    trace(input, layers);
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
    var counts = new HashMap<String, Integer>();
    var named = new ArrayList<Named>();
    for (var layer : layers) {
      if (layer instanceof Named given) {
        named.add(given);
      } else {
        int count = counts.merge(layer.kind(), 1, Integer::sum);
        named.add(new Named(count == 1 ? layer.kind() : layer.kind() + "_" + (count - 1), layer));
      }
    }
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
    for (var layer : layers) x = apply(layer, scope, x);
    return List.of(x);
  }

  private static Value apply(Named layer, Scope scope, Value x) {
    try {
      return layer.apply(scope.child(layer.name()), x);
    } catch (GraphException e) {
      throw new GraphException(
          "layer \"%s\" on %s: %s".formatted(layer.name(), x.type(), e.getMessage()), e);
    }
  }

  /// The rows of the summary, by tracing a batch of one.
  private static List<Summary.Row> trace(TensorType input, List<Named> layers) {
    var tracing = Tracing.open(new Tracer(), Tracing.Mode.PREDICT);
    var x = tracing.tracer().input("x", TrainingGraphs.batch(input, 1));
    var rows = new ArrayList<Summary.Row>();
    int known = 0;
    for (var layer : layers) {
      x = apply(layer, tracing.scope(), x);
      var variables = List.copyOf(tracing.variables());
      var own = variables.subList(known, variables.size());
      rows.add(new Summary.Row(layer.name(), layer.kind(), x.type(), own));
      known = variables.size();
    }
    return rows;
  }

  @Override
  public String summary() {
    return Summary.text(input, trace(input, layers));
  }
}
