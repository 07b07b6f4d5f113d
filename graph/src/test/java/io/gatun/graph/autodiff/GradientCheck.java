package io.gatun.graph.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/// Compares the gradient of a function with central differences in double precision, at random
/// arguments of a given range.
record GradientCheck(
    String name, Function<List<Value>, Value> function, double low, double high, int[]... shapes) {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;

  /// A check with arguments in [-2, 2].
  static GradientCheck of(String name, Function<List<Value>, Value> function, int[]... shapes) {
    return new GradientCheck(name, function, -2, 2, shapes);
  }

  GradientCheck in(double low, double high) {
    return new GradientCheck(name, function, low, high, shapes);
  }

  /// The check of this function's gradient, differentiated again.
  GradientCheck second() {
    return new GradientCheck("gradient of " + name, this::gradients, low, high, shapes);
  }

  private Value gradients(List<Value> inputs) {
    var sum = inputs.getFirst().scalar(0);
    for (Value gradient : Gradient.of(loss(inputs), inputs)) sum = sum.add(weighted(gradient));
    return sum;
  }

  private Value loss(List<Value> inputs) {
    return weighted(function.apply(inputs));
  }

  /// The sum of the elements with fixed weights, so that every element's cotangent differs.
  private static Value weighted(Value y) {
    var weights = NdArray.of(y.type(), i -> 0.3 + (i * 0.37) % 1);
    return y.mul(Value.constant(y.builder(), Literal.of(weights))).sum();
  }

  /// The graph of loss and gradients.
  Graph graph() {
    var t = new Tracer();
    var inputs = new ArrayList<Value>();
    for (int[] shape : shapes) {
      inputs.add(t.input("x" + inputs.size(), TensorType.of(DType.F64, shape)));
    }
    var loss = loss(inputs);
    t.output("loss", loss);
    int i = 0;
    for (Value gradient : Gradient.of(loss, inputs)) t.output("d" + i++, gradient);
    return t.graph();
  }

  void run(long seed) {
    var graph = graph();
    Verifier.verify(graph);
    var random = new Random(seed);
    var arguments =
        graph.inputTypes().stream()
            .map(type -> NdArray.of(type, _ -> low + (high - low) * random.nextDouble()))
            .toList();
    var results = graph.evaluate(arguments);
    for (int k = 0; k < arguments.size(); k++) {
      var gradient = results.get(k + 1);
      assertEquals(arguments.get(k).type(), gradient.type(), name);
      for (int i = 0; i < gradient.size(); i++) {
        double want = slope(graph, arguments, k, i);
        double tolerance = TOLERANCE * Math.max(1, Math.abs(want));
        int element = i;
        int argument = k;
        assertEquals(
            want,
            gradient.at(i),
            tolerance,
            () -> "%s, seed %d: d%d[%d]\n%s".formatted(name, seed, argument, element, graph));
      }
    }
  }

  private static double slope(Graph graph, List<NdArray> arguments, int k, int i) {
    return (loss(graph, arguments, k, i, STEP) - loss(graph, arguments, k, i, -STEP)) / (2 * STEP);
  }

  private static double loss(Graph graph, List<NdArray> arguments, int k, int i, double step) {
    var moved = new ArrayList<>(arguments);
    var old = arguments.get(k);
    moved.set(k, NdArray.of(old.type(), j -> old.at(j) + (i == j ? step : 0)));
    return graph.evaluate(moved).getFirst().at(0);
  }

  @Override
  public String toString() {
    return name;
  }
}
