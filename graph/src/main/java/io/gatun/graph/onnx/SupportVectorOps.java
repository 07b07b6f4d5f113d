package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Support vector machines of `ai.onnx.ml`, as LIBSVM has them; where the specification is silent,
/// as ONNX Runtime does.
final class SupportVectorOps {
  private static final String DOMAIN = "ai.onnx.ml:";

  /// Steps and precision of the coupling of probabilities in LIBSVM.
  private static final int STEPS = 100;

  private static final double PRECISION = 0.005;
  private static final double LEAST = 1e-7;

  private SupportVectorOps() {}

  static void register(Registry r) {
    r.one(DOMAIN + "SVMRegressor", SupportVectorOps::regressed);
    r.any(DOMAIN + "SVMClassifier", SupportVectorOps::classified);
  }

  private static Value rows(Call c) {
    var x = c.in(0).cast(DType.F32);
    return x.rank() == 1 ? x.expandDims(0) : x;
  }

  /// A matrix of an attribute's numbers.
  private static Value matrix(Call c, String attribute, int rows, int columns) {
    var numbers = c.attributes().numbers(attribute);
    OnnxException.check(
        numbers.size() == (long) rows * columns,
        "attribute %s: has %d numbers, wants %d by %d",
        attribute,
        numbers.size(),
        rows,
        columns);
    return c.constant(NdArray.of(TensorType.f32(rows, columns), numbers::get));
  }

  private static Value vector(Call c, String attribute, int size) {
    return matrix(c, attribute, 1, size).reshape(size);
  }

  /// `k(x, v)` of each row and each support vector: `[rows, vectors]`.
  private static Value kernel(Call c, Value x, int count) {
    var vectors = matrix(c, "support_vectors", count, x.dim(1));
    var parameters = c.attributes().numbers("kernel_params");
    OnnxException.check(
        parameters.isEmpty() || parameters.size() == 3,
        "attribute kernel_params: wants gamma, coef0 and degree, got %s",
        parameters);
    double gamma = parameters.isEmpty() ? 0 : parameters.get(0);
    double offset = parameters.isEmpty() ? 0 : parameters.get(1);
    double degree = parameters.isEmpty() ? 0 : parameters.get(2);
    var product = x.matmul(vectors.transpose());
    return switch (c.attributes().text("kernel_type", "LINEAR")) {
      case "LINEAR" -> product;
      case "POLY" -> product.mul(gamma).add(offset).pow(degree);
      case "RBF" -> x.expandDims(1).sub(vectors).square().sum(2).mul(-gamma).exp();
      case "SIGMOID" -> product.mul(gamma).add(offset).tanh();
      case String other ->
          throw OnnxException.of(
              "attribute kernel_type: \"%s\" is not LINEAR, POLY, RBF or SIGMOID", other);
    };
  }

  private static Value regressed(Call c) {
    var a = c.attributes();
    var x = rows(c);
    int count = a.integer("n_supports", 0);
    var terms = count > 0 ? kernel(c, x, count) : x;
    var y = terms.matmul(matrix(c, "coefficients", terms.dim(1), 1)).add(vector(c, "rho", 1));
    return a.flag("one_class", false) ? y.gt(0).select(y.scalar(1), y.scalar(-1)) : y;
  }

  private static List<OnnxValue> classified(Call c) {
    var labels = Labels.of(c, "classlabels_ints", "classlabels_strings");
    int classes = labels.size();
    var vectors = c.attributes().ints("vectors_per_class", List.of());
    int count = vectors.stream().mapToInt(n -> n).sum();
    if (count == 0) return linear(c, labels);
    OnnxException.check(
        vectors.size() == classes && vectors.stream().allMatch(n -> n >= 0),
        "attribute vectors_per_class: %s for %d classes",
        vectors,
        classes);
    OnnxException.check(classes > 1, "a classifier of one class has no support vectors");
    var pairs = pairs(classes);
    var scores =
        kernel(c, rows(c), count)
            .matmul(weights(c, pairs, vectors))
            .add(vector(c, "rho", pairs.size()));
    var winner = votes(c, scores, pairs, classes).argmax(1);
    String transform = c.attributes().text("post_transform", "NONE");
    var y =
        c.attributes().has("prob_a")
            ? LearnedOps.transformed(transform, coupled(c, scores, pairs, classes))
            : shown(transform, scores, classes);
    return List.of(labels.at(c, winner), OnnxValue.Tensor.of(y));
  }

  /// Scores of the pairs. The single one of two classes stands beside its opposite.
  private static Value shown(String transform, Value scores, int classes) {
    if (classes > 2) return LearnedOps.transformed(transform, scores);
    return switch (transform) {
      case "NONE" -> Value.concat(1, scores.neg(), scores);
      case "LOGISTIC" -> Value.concat(1, scores.neg(), scores).sigmoid();
      default -> Value.concat(1, scores.neg().add(1), scores);
    };
  }

  /// Without support vectors: a product and a number for each class.
  private static List<OnnxValue> linear(Call c, Labels labels) {
    var x = rows(c);
    int classes = labels.size();
    var scores = x.matmul(matrix(c, "coefficients", classes, x.dim(1)).transpose());
    var rho = c.attributes().numbers("rho");
    OnnxException.check(!rho.isEmpty(), "wants the attribute rho");
    var y = scores.add(rho.getFirst());
    var transform = c.attributes().text("post_transform", "NONE");
    var best = y.argmax(1);
    if (classes == 2 && !c.attributes().has("prob_a")) {
      boolean isPositive = c.attributes().numbers("coefficients").stream().allMatch(w -> w >= 0);
      var max = y.max(1);
      var isSecond = isPositive ? max.ge(0.5) : max.gt(0);
      best = isSecond.select(best.filled(1), best);
    }
    return List.of(labels.at(c, best), OnnxValue.Tensor.of(LearnedOps.transformed(transform, y)));
  }

  // --- pairs of classes

  private record Pair(int first, int second) {}

  private static List<Pair> pairs(int classes) {
    Call.affordable((long) classes * classes);
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < classes; i++) {
      for (int j = i + 1; j < classes; j++) pairs.add(new Pair(i, j));
    }
    return pairs;
  }

  /// A constant `[rows, columns]`.
  private static Value table(Call c, double[] elements, int columns) {
    return c.constant(NdArray.of(TensorType.f32(elements.length / columns, columns), elements));
  }

  /// What each support vector counts in each pair. A vector has a row of coefficients for each
  /// class but its own.
  private static Value weights(Call c, List<Pair> pairs, List<Integer> vectors) {
    int count = vectors.stream().mapToInt(n -> n).sum();
    var coefficients = c.attributes().numbers("coefficients");
    OnnxException.check(
        coefficients.size() == (long) count * (vectors.size() - 1),
        "attribute coefficients: has %d numbers, wants %d by %d",
        coefficients.size(),
        vectors.size() - 1,
        count);
    double[] weights = new double[Call.affordable((long) count * pairs.size())];
    int vector = 0;
    for (int own = 0; own < vectors.size(); own++) {
      for (int n = 0; n < vectors.get(own); n++, vector++) {
        for (int p = 0; p < pairs.size(); p++) {
          var pair = pairs.get(p);
          if (pair.first() != own && pair.second() != own) continue;
          int row = pair.first() == own ? pair.second() - 1 : pair.first();
          weights[vector * pairs.size() + p] = coefficients.get(row * count + vector);
        }
      }
    }
    return table(c, weights, pairs.size());
  }

  /// How many pairs each class wins.
  private static Value votes(Call c, Value scores, List<Pair> pairs, int classes) {
    double[] first = new double[pairs.size() * classes];
    double[] second = new double[pairs.size() * classes];
    for (int p = 0; p < pairs.size(); p++) {
      first[p * classes + pairs.get(p).first()] = 1;
      second[p * classes + pairs.get(p).second()] = 1;
    }
    var wins = scores.gt(0).cast(DType.F32);
    return wins.matmul(table(c, first, classes))
        .add(wins.neg().add(1).matmul(table(c, second, classes)));
  }

  /// Probabilities of the classes from those of each pair (Wu, Lin and Weng, "Probability Estimates
  /// for Multi-class Classification by Pairwise Coupling", 2004, algorithm 2).
  private static Value coupled(Call c, Value scores, List<Pair> pairs, int classes) {
    double[] above = new double[pairs.size() * classes * classes];
    double[] below = new double[pairs.size() * classes * classes];
    for (int p = 0; p < pairs.size(); p++) {
      var pair = pairs.get(p);
      int square = p * classes * classes;
      above[square + pair.first() * classes + pair.second()] = 1;
      below[square + pair.second() * classes + pair.first()] = 1;
    }
    var wins =
        scores
            .mul(vector(c, "prob_a", pairs.size()))
            .add(vector(c, "prob_b", pairs.size()))
            .neg()
            .sigmoid()
            .clamp(LEAST, 1 - LEAST);
    int size = classes * classes;
    var r =
        wins.matmul(table(c, above, size))
            .add(wins.neg().add(1).matmul(table(c, below, size)))
            .reshape(scores.dim(0), classes, classes);
    var losses = r.swapAxes(1, 2);
    double[] eye = new double[size];
    for (int i = 0; i < classes; i++) eye[i * (classes + 1)] = 1;
    var diagonal = losses.square().sumKeep(2).mul(table(c, eye, classes));
    var q = diagonal.sub(r.mul(losses));
    var start = scores.scalar(1.0 / classes).broadcastTo(scores.dim(0), classes);
    return Recurrence.repeat(
            STEPS,
            List.of(start),
            state -> new Recurrence.Step(List.of(nearer(state.getFirst(), q, classes)), List.of()))
        .carries()
        .getFirst();
  }

  private static Value nearer(Value before, Value q, int classes) {
    var p = before;
    var qp = q.mul(p.expandDims(1)).sum(2);
    var pqp = p.mul(qp).sumKeep(1);
    var isDone = qp.sub(pqp).abs().maxKeep(1).lt(PRECISION / classes);
    for (int t = 0; t < classes; t++) {
      var row = q.index(1, t);
      var own = row.slice(1, t, t + 1);
      var product = qp.slice(1, t, t + 1);
      var step = pqp.sub(product).div(own);
      var scale = step.add(1);
      pqp = pqp.add(step.mul(step.mul(own).add(product.mul(2)))).div(scale.square());
      qp = qp.add(step.mul(row)).div(scale);
      p = added(p, step, t).div(scale);
    }
    return isDone.select(before, p);
  }

  /// A column more by a step.
  private static Value added(Value p, Value step, int column) {
    int columns = p.dim(1);
    return p.add(step.pad(1, column, columns - column - 1, 0));
  }
}
