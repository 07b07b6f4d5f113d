package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.UnaryOperator;

/// Activation functions and the families of softmax.
final class ActivationOps {
  /// Activations that have a name in recurrent layers.
  static final List<String> NAMES =
      List.of(
          "Relu",
          "Tanh",
          "Sigmoid",
          "Affine",
          "LeakyRelu",
          "ThresholdedRelu",
          "ScaledTanh",
          "HardSigmoid",
          "Elu",
          "Softsign",
          "Softplus");

  private ActivationOps() {}

  static void register(Registry r) {
    r.one("Relu", c -> ElementwiseOps.relu(c.in(0)));
    r.one("Sigmoid", c -> c.in(0).sigmoid());
    r.one("LeakyRelu", c -> leaky(c.in(0), c.attributes().number("alpha", 0.01)));
    r.one("Elu", c -> elu(c.in(0), c.attributes().number("alpha", 1)));
    r.one("Celu", ActivationOps::celu);
    r.one("Selu", ActivationOps::selu);
    r.one("HardSigmoid", c -> hardSigmoid(c, 0.2, 0.5));
    r.one("HardSwish", c -> c.in(0).mul(c.in(0).mul(1 / 6.0).add(0.5).clamp(0, 1)));
    r.one("Softplus", c -> Nn.softplus(c.in(0)));
    r.one("Softsign", c -> c.in(0).div(c.in(0).abs().add(1)));
    r.one("ThresholdedRelu", ActivationOps::thresholded);
    r.one("Shrink", ActivationOps::shrink);
    r.one("Gelu", ActivationOps::gelu);
    r.one("Mish", c -> c.in(0).mul(Nn.softplus(c.in(0)).tanh()));
    r.one("Swish", ActivationOps::swish);
    r.one("Softmax", c -> flattened(c, Nn::softmax));
    r.one("Softmax", 13, c -> Nn.softmax(c.in(0), c.axis(c.in(0), -1)));
    r.one("LogSoftmax", c -> flattened(c, Nn::logSoftmax));
    r.one("LogSoftmax", 13, c -> Nn.logSoftmax(c.in(0), c.axis(c.in(0), -1)));
    r.one("Hardmax", c -> flattened(c, x -> hardmax(x, -1)));
    r.one("Hardmax", 13, c -> hardmax(c.in(0), c.axis(c.in(0), -1)));
  }

  static Value leaky(Value x, double alpha) {
    return alpha >= 0 ? Nn.leakyRelu(x, alpha) : x.lt(0).select(x.mul(alpha), x);
  }

  static Value elu(Value x, double alpha) {
    return x.gt(0).select(x, x.minimum(0).expm1().mul(alpha));
  }

  private static Value celu(Call c) {
    double alpha = c.attributes().number("alpha", 1);
    var x = c.in(0);
    return x.gt(0).select(x, x.minimum(0).div(alpha).expm1().mul(alpha));
  }

  private static Value selu(Call c) {
    double alpha = c.attributes().number("alpha", 1.67326319217681884765625);
    double gamma = c.attributes().number("gamma", 1.05070102214813232421875);
    return elu(c.in(0), alpha).mul(gamma);
  }

  private static Value hardSigmoid(Call c, double alpha, double beta) {
    double a = c.attributes().number("alpha", alpha);
    return c.in(0).mul(a).add(c.attributes().number("beta", beta)).clamp(0, 1);
  }

  private static Value thresholded(Call c) {
    var x = c.in(0);
    return x.gt(c.attributes().number("alpha", 1)).select(x, x.scalar(0));
  }

  /// In `f64`, so that integers have it too.
  private static Value shrink(Call c) {
    var x = c.in(0).cast(DType.F64);
    double lambda = c.attributes().number("lambd", 0.5);
    double bias = c.attributes().number("bias", 0);
    var high = x.gt(lambda).select(x.sub(bias), x.scalar(0));
    return x.lt(-lambda).select(x.add(bias), high).cast(c.in(0).dtype());
  }

  private static Value gelu(Call c) {
    return c.attributes().text("approximate", "none").equals("tanh")
        ? Nn.geluTanh(c.in(0))
        : Nn.gelu(c.in(0));
  }

  private static Value swish(Call c) {
    double alpha = c.attributes().number("alpha", 1);
    return alpha == 1 ? Nn.silu(c.in(0)) : c.in(0).mul(c.in(0).mul(alpha).sigmoid());
  }

  /// Before opset 13: over all axes from `axis` on, as one.
  private static Value flattened(Call c, UnaryOperator<Value> f) {
    var x = c.in(0);
    int axis = c.axis(x, 1);
    if (axis == x.rank() - 1) return f.apply(x);
    int columns = Ints.product(x.shape().dims().subList(axis, x.rank()));
    int rows = Ints.product(x.shape().dims().subList(0, axis));
    return f.apply(x.reshape(Shape.of(rows, columns))).reshape(x.shape());
  }

  /// 1 at the first largest element, else 0.
  private static Value hardmax(Value x, int axis) {
    int at = x.shape().axis(axis);
    var type = new TensorType(DType.I32, x.shape());
    var first = x.argmax(at).expandDims(at);
    return Value.iota(x.builder(), type, at).eq(first).cast(x.dtype());
  }

  /// Names in the activations of recurrent operators.
  static Value named(String name, double alpha, double beta, Value x) {
    return switch (name) {
      case "Relu" -> Nn.relu(x);
      case "Tanh" -> x.tanh();
      case "Sigmoid" -> x.sigmoid();
      case "Affine" -> x.mul(alpha).add(beta);
      case "LeakyRelu" -> leaky(x, alpha);
      case "ThresholdedRelu" -> x.gt(alpha).select(x, x.scalar(0));
      case "ScaledTanh" -> x.mul(beta).tanh().mul(alpha);
      case "HardSigmoid" -> x.mul(alpha).add(beta).clamp(0, 1);
      case "Elu" -> elu(x, alpha);
      case "Softsign" -> x.div(x.abs().add(1));
      case "Softplus" -> Nn.softplus(x);
      default -> throw OnnxException.of("activation %s is not one of %s", name, NAMES);
    };
  }
}
