package io.gatun.engine.nn;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// One tracing of a network into a graph: the variables that it declares, in order, and their
/// values there.
final class Tracing {
  private record Declared(Variable variable, Value value) {}

  private final Tracer tracer;
  private final boolean training;
  private final Function<Variable, Value> source;
  private final Map<String, Declared> declared = new LinkedHashMap<>();

  private Tracing(Tracer tracer, boolean training, Function<Variable, Value> source) {
    this.tracer = tracer;
    this.training = training;
    this.source = source;
  }

  /// A tracing whose variables are inputs of the graph.
  static Tracing open(Tracer tracer, boolean training) {
    return new Tracing(tracer, training, v -> tracer.input(v.name(), v.type()));
  }

  /// A tracing for inference whose variables have the values that `source` gives.
  static Tracing closed(Tracer tracer, Function<Variable, Value> source) {
    return new Tracing(tracer, false, source);
  }

  Tracer tracer() {
    return tracer;
  }

  boolean training() {
    return training;
  }

  Scope scope() {
    return new Scope(this, "");
  }

  Value variable(Variable variable) {
    var known = declared.get(variable.name());
    if (known == null) {
      known = new Declared(variable, source.apply(variable));
      declared.put(variable.name(), known);
    } else if (!known.variable.type().equals(variable.type())) {
      throw new GraphException(
          "variable \"%s\" is %s, asked for as %s; one layer can be applied twice only to operands of one type"
              .formatted(variable.name(), known.variable.type(), variable.type()));
    }
    return known.value;
  }

  void update(Value variable, Value next) {
    tracer.update(variable, next);
  }

  Collection<Variable> variables() {
    return declared.values().stream().map(Declared::variable).toList();
  }
}
