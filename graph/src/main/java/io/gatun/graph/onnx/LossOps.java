package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Losses over classes on axis 1.
final class LossOps {
  private LossOps() {}

  static void register(Registry r) {
    r.one("NegativeLogLikelihoodLoss", c -> likelihood(c, c.in(0)));
    r.many(
        "SoftmaxCrossEntropyLoss",
        c -> {
          var probabilities = Nn.logSoftmax(c.in(0), 1);
          return List.of(likelihood(c, probabilities), probabilities);
        });
  }

  /// Minus the logarithm of the target class's probability, weighted by its class; targets that are
  /// to be ignored weigh nothing.
  private static Value likelihood(Call c, Value logs) {
    var target = c.in(1).cast(DType.I64);
    Value weight = c.scalar(logs.dtype(), 1).broadcastTo(target.shape());
    if (c.has(2)) weight = c.in(2).take(target, 0);
    if (c.attributes().has("ignore_index")) {
      long ignored = c.attributes().integer("ignore_index", -100L);
      var number = c.constant(NdArray.ofLongs(TensorType.of(DType.I64), ignored));
      weight = target.eq(number).select(weight.scalar(0), weight);
    }
    var picked = logs.takeAlong(target.expandDims(1), 1).squeeze(1);
    var loss = picked.neg().mul(weight);
    return switch (c.attributes().text("reduction", "mean")) {
      case "none" -> loss;
      case "sum" -> loss.sum();
      case "mean" -> loss.sum().div(weight.sum());
      case String other ->
          throw OnnxException.of("reduction %s is not one of mean, sum, none", other);
    };
  }
}
