package io.gatun.engine.nn;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// A walk through the calls of a network with a batch of one: checks that all types fit, and
/// gathers the rows of the summary.
final class Walk {
  private final Tracing tracing;
  private final List<Value> values = new ArrayList<>();
  private final List<Summary.Row> rows = new ArrayList<>();

  Walk(Tracing.Mode mode) {
    tracing = Tracing.open(new Tracer(), mode);
  }

  Walk run(List<TensorType> inputs, List<Functional.Call> calls) {
    for (var input : inputs) {
      values.add(tracing.tracer().input("x" + values.size(), TrainingGraphs.batch(input, 1)));
    }
    for (var call : calls) step(call);
    return this;
  }

  private void step(Functional.Call call) {
    int known = tracing.variables().size();
    var operands = call.operands().stream().map(values::get).toList();
    var result = call.block().applyIn(tracing.scope(), operands);
    values.add(result);
    var variables = List.copyOf(tracing.variables());
    rows.add(
        new Summary.Row(
            call.block(),
            call.operands(),
            operands.stream().map(Value::type).toList(),
            result.type(),
            variables.subList(known, variables.size())));
  }

  /// The table.
  String text(List<String> inputNames) {
    var inputs = values.subList(0, inputNames.size()).stream().map(Value::type).toList();
    return Summary.text(inputNames, inputs, rows);
  }

  /// Floating-point operations of a block for one sample.
  static long flops(Summary.Work work) {
    var inner = Tracing.open(new Tracer(), Tracing.Mode.PREDICT);
    var given = new ArrayList<Value>();
    for (var type : work.operands()) given.add(inner.tracer().input("x" + given.size(), type));
    var result = work.block().apply(inner.scope(), given);
    inner.tracer().output("y", result);
    return Cost.of(Compiler.compile(inner.tracer().graph(), Target.cpu())).flops();
  }
}
