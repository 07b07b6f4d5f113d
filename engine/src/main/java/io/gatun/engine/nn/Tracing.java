package io.gatun.engine.nn;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Slice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// One tracing of a network into a graph: the variables that it declares, in order, their values
/// there, and the penalties that it adds to the loss.
final class Tracing {
  /// What the graph is for.
  enum Mode {
    TRAIN,
    EVALUATE,
    PREDICT
  }

  private record Declared(Variable variable, Value value) {}

  private final Tracer tracer;
  private final Mode mode;
  private final Function<Variable, Value> source;
  private final Map<String, Declared> declared = new LinkedHashMap<>();
  private final Map<String, Integer> limits = new HashMap<>();
  private final List<Value> penalties = new ArrayList<>();

  private Tracing(Tracer tracer, Mode mode, Function<Variable, Value> source) {
    this.tracer = tracer;
    this.mode = mode;
    this.source = source;
  }

  /// A tracing whose variables are inputs of the graph.
  static Tracing open(Tracer tracer, Mode mode) {
    return new Tracing(tracer, mode, v -> tracer.input(v.name(), v.type()));
  }

  /// A tracing for inference whose variables have the values that `source` gives.
  static Tracing closed(Tracer tracer, Function<Variable, Value> source) {
    return new Tracing(tracer, Mode.PREDICT, source);
  }

  Tracer tracer() {
    return tracer;
  }

  Mode mode() {
    return mode;
  }

  Scope scope() {
    return new Scope(this, "", false);
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

  /// Notes that the elements of `x`, where it is an input or a part of one, are below `limit`.
  void limit(Value x, int limit) {
    var node = x.node();
    while (node.op() instanceof Reshape || node.op() instanceof Slice) node = node.input(0);
    if (node.op() instanceof Input(var name, _)) limits.merge(name, limit, Math::min);
  }

  /// Numbers that the elements of inputs are below, by the inputs' names.
  Map<String, Integer> limits() {
    return limits;
  }

  void penalty(Value value) {
    penalties.add(value);
  }

  List<Value> penalties() {
    return penalties;
  }

  Collection<Variable> variables() {
    return declared.values().stream().map(Declared::variable).toList();
  }
}
