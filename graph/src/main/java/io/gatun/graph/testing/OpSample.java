package io.gatun.graph.testing;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An op with operands that it accepts; an [Input] has its own value as the operand.
public record OpSample(Op op, List<NdArray> operands) {
  /// Keeps a copy of the list.
  public OpSample {
    operands = List.copyOf(operands);
  }

  static OpSample of(Op op, NdArray... operands) {
    return new OpSample(op, Arrays.asList(operands));
  }

  public List<TensorType> types() {
    return operands.stream().map(NdArray::type).toList();
  }

  /// The graph of inputs `x0`, `x1` ... for the operands and one output `y`, the op on them. The
  /// first result of a scan has the others of the same loop beside it, that of a composite the
  /// function's others.
  public Graph graph() {
    var builder = new GraphBuilder();
    if (op instanceof Input) return builder.build(List.of(Output.of("y", builder.add(op))));
    var inputs = new ArrayList<Node>();
    for (NdArray operand : operands) {
      inputs.add(builder.add(new Input("x" + inputs.size(), operand.type())));
    }
    var outputs = new ArrayList<>(List.of(Output.of("y", builder.add(op, inputs))));
    if (op instanceof Scan scan && scan.output() == 0) {
      for (int i = 1; i < scan.results(); i++) {
        outputs.add(Output.of("y" + i, builder.add(scan.withOutput(i), inputs)));
      }
    }
    if (op instanceof Composite composite && composite.output() == 0) {
      for (int i = 1; i < composite.body().outputs().size(); i++) {
        outputs.add(Output.of("y" + i, builder.add(composite.withOutput(i), inputs)));
      }
    }
    return builder.build(outputs);
  }

  /// The reference value.
  public NdArray evaluate() {
    return graph().evaluate(operands).getFirst();
  }

  @Override
  public String toString() {
    return op.text() + " " + types();
  }
}
