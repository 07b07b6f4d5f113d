package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// Output number `output` of a named function with a body of primitives: softmax, layer norm,
/// attention. A device that claims the name runs its own kernel, whose oracle the body is; for any
/// other device the body is inlined. Several outputs are several nodes that differ in `output`.
///
/// Where `gradient` is present it maps `(inputs..., all outputs..., cotangent of output 0)` to the
/// cotangents of the inputs: each output is named after the input of the body that it belongs to,
/// and an input without one gets none. Without `gradient`, and for the outputs beyond 0 (which
/// exist for the gradient to read), the body is differentiated.
public record Composite(String name, int version, Graph body, int output, Optional<Graph> gradient)
    implements Op {

  /// Another output of the same function.
  public Composite withOutput(int output) {
    return new Composite(name, version, body, output, gradient);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.check(
        body.inputTypes().equals(operands),
        "%s: wants %s, got %s",
        name,
        body.inputTypes(),
        operands);
    GraphException.check(
        output >= 0 && output < body.outputs().size(), "%s: the body has no such output", text());
    return body.outputs().get(output).node().type();
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    return body.evaluate(operands).get(output);
  }

  @Override
  public Pattern pattern() {
    return Pattern.LIBRARY;
  }

  @Override
  public String text() {
    return "composite " + Quoted.of(name) + " version=" + version + " output=" + output;
  }
}
