package io.gatun.examples;

import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Functional;
import io.gatun.engine.nn.Objective;
import io.gatun.engine.nn.Symbol;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Concatenate;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.graph.tensor.Shape;
import java.util.List;

/// A functional network with two inputs, a shared layer and two outputs.
final class TwoInputs {
  private TwoInputs() {}

  record Plan(Functional network, Compilation compilation) {}

  static Plan plan() {
    // quote
    var left = Symbol.input("left", Shape.of(2));
    var right = Symbol.input("right", Shape.of(2));
    var shared = Dense.of(8, Activation.RELU).named("shared"); // one kernel, used twice
    var both = Symbol.of(Concatenate.of(), left.then(shared), right.then(shared));
    var sign = both.then(Dense.of(1, Activation.SIGMOID).named("sign"));
    var size = both.then(Dense.of(8, Activation.RELU), Dense.of(1).named("size"));
    var network = Functional.of(List.of(left, right), List.of(sign, size));
    var compilation =
        Compilation.of(
            Adam.of(0.01),
            Objective.of(BinaryCrossEntropy.of(), new Accuracy()),
            Objective.of(new MeanSquaredError()).withWeight(0.5));
    // end
    return new Plan(network, compilation);
  }
}
