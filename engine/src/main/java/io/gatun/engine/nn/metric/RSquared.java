package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.Collections;
import java.util.List;

/// The coefficient of determination, `1 - sum((t - p)^2) / sum((t - mean(t))^2)`; of several
/// numbers a sample the mean over them, as scikit-learn's `r2_score`. For targets that are all the
/// same it is 1 where every prediction is right and else 0; so are those taken whose variance is
/// less than 1e-12 of their mean square. Summed in double precision.
public record RSquared() implements Metric {
  private static final double LEAST_VARIANCE = 1e-12;

  @Override
  public String kind() {
    return "r2";
  }

  /// For each number of a sample the sum of targets, of their squares and of squared errors.
  @Override
  public List<TensorType> states(TensorType prediction) {
    int columns = Math.toIntExact(prediction.size());
    return Collections.nCopies(3, TensorType.of(DType.F64, columns));
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var wanted = columns(prediction.numbers(kind(), target));
    var error = wanted.sub(columns(prediction.value()));
    return List.of(
        states.get(0).add(wanted.sum(0)),
        states.get(1).add(wanted.square().sum(0)),
        states.get(2).add(error.square().sum(0)));
  }

  private static Value columns(Value x) {
    return x.reshape(x.dim(0), -1).cast(DType.F64);
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    double[] sums = states.get(0).toNdArray().toDoubles();
    double[] squares = states.get(1).toNdArray().toDoubles();
    double[] errors = states.get(2).toNdArray().toDoubles();
    double total = 0;
    for (int c = 0; c < sums.length; c++) {
      double mean = samples == 0 ? 0 : sums[c] / samples;
      double spread = squares[c] - sums[c] * mean;
      boolean constant = spread <= LEAST_VARIANCE * squares[c];
      if (!constant) total += 1 - errors[c] / spread;
      else if (errors[c] == 0) total += 1;
    }
    return Counts.ratio(total, sums.length);
  }
}
