package io.gatun.engine.nn;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// How the learning rate changes from step to step: a factor of the model's rate, computed in the
/// graph of the step, so that training resumed goes on along the same curve.
public interface Schedule extends Part {
  /// The factor, `f32[]`.
  ///
  /// @param step number of the update, from 1: `f32[]`
  Value factor(Value step);

  /// The factor of one step.
  ///
  /// @param step from 1
  default double at(long step) {
    var tracer = new Tracer();
    var number = tracer.input("step", TensorType.f32());
    tracer.output("factor", factor(number));
    var given = NdArray.of(TensorType.of(DType.F32), new double[] {step});
    return tracer.graph().evaluate(List.of(given)).getFirst().toDoubles()[0];
  }
}
