package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Features and linear models of `ai.onnx.ml`, as scikit-learn's pipelines are exported.
final class LearnedOps {
  private static final String DOMAIN = "ai.onnx.ml:";

  private LearnedOps() {}

  static void register(Registry r) {
    r.one(DOMAIN + "ArrayFeatureExtractor", LearnedOps::extracted);
    r.one(DOMAIN + "Binarizer", LearnedOps::binarized);
    r.one(DOMAIN + "Scaler", LearnedOps::scaled);
    r.one(DOMAIN + "Normalizer", LearnedOps::normalized);
    r.one(DOMAIN + "Imputer", LearnedOps::imputed);
    r.one(DOMAIN + "FeatureVectorizer", LearnedOps::joined);
    r.one(DOMAIN + "LinearRegressor", LearnedOps::regressed);
    r.any(DOMAIN + "LinearClassifier", LearnedOps::classified);
  }

  /// Elements of the last axis; of a vector a matrix of one row.
  private static Value extracted(Call c) {
    var x = c.in(0);
    var y = x.take(c.in(1).reshape(-1), -1);
    return x.rank() == 1 ? y.expandDims(0) : y;
  }

  private static Value binarized(Call c) {
    return c.in(0).gt(c.attributes().number("threshold", 0)).cast(c.in(0).dtype());
  }

  /// Numbers for all features, or one for each.
  private static Value row(Call c, String attribute, DType dtype) {
    var numbers = c.attributes().numbers(attribute);
    OnnxException.check(!numbers.isEmpty(), "wants the attribute %s", attribute);
    return c.constant(NdArray.of(TensorType.of(dtype, numbers.size()), numbers::get));
  }

  private static Value single(Value x) {
    return x.cast(DType.F32);
  }

  private static Value scaled(Call c) {
    return single(c.in(0)).sub(row(c, "offset", DType.F32)).mul(row(c, "scale", DType.F32));
  }

  /// Rows divided by their greatest element, by the sum of their absolute values or by their
  /// length; rows of zeros stay.
  private static Value normalized(Call c) {
    var x = single(c.in(0));
    var norm =
        switch (c.attributes().text("norm", "MAX")) {
          case "MAX" -> x.maxKeep(-1);
          case "L1" -> x.abs().sumKeep(-1);
          case "L2" -> x.square().sumKeep(-1).sqrt();
          case String other ->
              throw OnnxException.of("attribute norm: \"%s\" is not MAX, L1 or L2", other);
        };
    return x.div(norm.eq(0).select(norm.scalar(1), norm));
  }

  private static Value imputed(Call c) {
    var x = c.in(0);
    var a = c.attributes();
    if (!x.dtype().isFloat()) {
      var values = c.vector(a.longs("imputed_value_int64s")).cast(x.dtype());
      return x.eq(a.integer("replaced_value_int64", 0)).select(values, x);
    }
    double replaced = a.number("replaced_value_float", 0);
    var isReplaced = Double.isNaN(replaced) ? x.ne(x) : x.eq(replaced);
    return isReplaced.select(row(c, "imputed_value_floats", x.dtype()), x);
  }

  /// Matrices side by side; vectors are rows.
  private static Value joined(Call c) {
    var parts = c.rest(0).stream().map(x -> single(x.rank() == 1 ? x.expandDims(0) : x)).toList();
    var sizes = c.attributes().ints("inputdimensions", List.of());
    var found = parts.stream().map(x -> x.dim(1)).toList();
    OnnxException.check(
        sizes.isEmpty() || sizes.equals(found),
        "attribute inputdimensions: %s, the inputs have %s columns",
        sizes,
        found);
    return Value.concat(1, parts);
  }

  /// `x w + b` with the coefficients of each column one after the other.
  private static Value linear(Call c, int columns) {
    var x = single(c.in(0).rank() == 1 ? c.in(0).expandDims(0) : c.in(0));
    var w = row(c, "coefficients", DType.F32);
    OnnxException.check(
        w.dim(0) == (long) columns * x.dim(1),
        "%d coefficients do not fit %d columns from %s",
        w.dim(0),
        columns,
        x.type());
    var y = x.matmul(w.reshape(columns, x.dim(1)).transpose());
    return c.attributes().has("intercepts") ? y.add(row(c, "intercepts", DType.F32)) : y;
  }

  private static Value regressed(Call c) {
    return transformed(
        c.attributes().text("post_transform", "NONE"),
        linear(c, c.attributes().integer("targets", 1)));
  }

  private static List<OnnxValue> classified(Call c) {
    var labels = Labels.of(c, "classlabels_ints", "classlabels_strings");
    int columns = c.attributes().numbers("coefficients").size() / Math.max(1, c.in(0).dim(-1));
    var scores = linear(c, columns);
    boolean two = columns == 1 && labels.size() == 2;
    if (two) scores = Value.concat(1, scores.neg(), scores);
    String transform = c.attributes().text("post_transform", "NONE");
    var y = transformed(transform, scores);
    if (y.dim(1) > 1) return List.of(labels.at(c, y.argmax(1)), OnnxValue.Tensor.of(y));
    var isFirst = y.ge(transform.equals("NONE") ? 0 : 0.5).squeeze(1);
    return List.of(labels.orNone(c, isFirst), OnnxValue.Tensor.of(y));
  }

  /// What `post_transform` makes of rows of scores.
  static Value transformed(String transform, Value scores) {
    return switch (transform) {
      case "NONE" -> scores;
      case "LOGISTIC" -> scores.sigmoid();
      case "SOFTMAX" -> Nn.softmax(scores);
      case "SOFTMAX_ZERO" -> softmaxZero(scores);
      case "PROBIT" -> probit(scores);
      default ->
          throw OnnxException.of(
              "attribute post_transform: \"%s\" is not NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO or"
                  + " PROBIT",
              transform);
    };
  }

  /// A softmax in which scores of 0 stay 0.
  private static Value softmaxZero(Value scores) {
    var max = scores.maxKeep(-1);
    var isZero = scores.abs().le(1e-7);
    var e = isZero.select(scores.mul(max.neg().exp()), scores.sub(max).exp());
    var sum = e.sumKeep(-1);
    return sum.eq(0).select(e.filled(0.5), e.div(sum));
  }

  /// The normal quantile by Winitzki's inverse of the error function (2008), as ONNX Runtime has
  /// it.
  private static Value probit(Value p) {
    var x = p.mul(2).sub(1);
    var log = x.neg().add(1).mul(x.add(1)).log();
    var v = log.mul(0.5).add(2 / (Math.PI * 0.147));
    var root = v.square().sub(log.mul(1 / 0.147)).sqrt().sub(v).sqrt();
    return x.lt(0).select(root.neg(), root).mul(1.41421356);
  }
}
