package io.gatun.graph.onnx;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The preview of training: optimizers' steps and gradients.
final class TrainingOps {
  private static final String DOMAIN = "ai.onnx.preview.training:";

  private TrainingOps() {}

  static void register(Registry r) {
    r.many(DOMAIN + "Adagrad", TrainingOps::adagrad);
    r.many(DOMAIN + "Adam", TrainingOps::adam);
    r.many(DOMAIN + "Momentum", TrainingOps::momentum);
    r.many(DOMAIN + "Gradient", TrainingOps::gradient);
  }

  /// Derivatives of the sum of a value that was made before, by name.
  private static List<Value> gradient(Call c) {
    var y = c.named(c.attributes().text("y", ""));
    var xs = c.rest(0).subList(0, c.attributes().texts("xs").size());
    return Gradient.of(List.of(y), List.of(y.filled(1)), xs);
  }

  /// Inputs are a rate, a count, then parameters, gradients and states, group by group.
  private static int count(Call c, int groups) {
    return (c.inputs() - 2) / groups;
  }

  private static List<Value> joined(List<List<Value>> groups) {
    return groups.stream().flatMap(List::stream).toList();
  }

  private static List<Value> adagrad(Call c) {
    var a = c.attributes();
    int n = count(c, 3);
    var rate = c.in(0).div(c.in(1).cast(c.in(0).dtype()).mul(a.number("decay_factor", 0)).add(1));
    var next = new ArrayList<Value>();
    var squares = new ArrayList<Value>();
    for (int i = 0; i < n; i++) {
      var x = c.in(2 + i);
      var g = x.mul(a.number("norm_coefficient", 0)).add(c.in(2 + n + i));
      var h = c.in(2 + 2 * n + i).add(g.square());
      next.add(x.sub(rate.mul(g).div(h.sqrt().add(a.number("epsilon", 1e-6)))));
      squares.add(h);
    }
    return joined(List.of(next, squares));
  }

  private static List<Value> adam(Call c) {
    var a = c.attributes();
    int n = count(c, 4);
    double alpha = a.number("alpha", 0.9);
    double beta = a.number("beta", 0.999);
    var t = c.in(1).cast(DType.F32);
    var correction =
        t.scalar(beta).pow(t).neg().add(1).sqrt().div(t.scalar(alpha).pow(t).neg().add(1));
    var rate = t.gt(0).select(c.in(0).mul(correction), c.in(0));
    var groups = List.of(new ArrayList<Value>(), new ArrayList<Value>(), new ArrayList<Value>());
    for (int i = 0; i < n; i++) {
      var x = c.in(2 + i);
      var g = x.mul(a.number("norm_coefficient", 0)).add(c.in(2 + n + i));
      var v = c.in(2 + 2 * n + i).mul(alpha).add(g.mul(1 - alpha));
      var h = c.in(2 + 3 * n + i).mul(beta).add(g.square().mul(1 - beta));
      var next = x.sub(rate.mul(v).div(h.sqrt().add(a.number("epsilon", 1e-6))));
      groups.get(0).add(next.mul(1 - a.number("norm_coefficient_post", 0)));
      groups.get(1).add(v);
      groups.get(2).add(h);
    }
    return joined(List.copyOf(groups));
  }

  private static List<Value> momentum(Call c) {
    var a = c.attributes();
    int n = count(c, 3);
    double alpha = a.number("alpha", 0);
    var beta =
        c.in(1).gt(0).select(c.scalar(DType.F32, a.number("beta", 1)), c.scalar(DType.F32, 1));
    var next = new ArrayList<Value>();
    var states = new ArrayList<Value>();
    for (int i = 0; i < n; i++) {
      var x = c.in(2 + i);
      var g = x.mul(a.number("norm_coefficient", 0)).add(c.in(2 + n + i));
      var v = c.in(2 + 2 * n + i).mul(alpha).add(g.mul(beta));
      boolean nesterov = a.text("mode", "standard").equals("nesterov");
      next.add(x.sub(c.in(0).mul(nesterov ? g.add(v.mul(alpha)) : v)));
      states.add(v);
    }
    return joined(List.of(next, states));
  }
}
