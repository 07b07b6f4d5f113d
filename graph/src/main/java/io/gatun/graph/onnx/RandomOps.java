package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Random numbers: those of Philox under the seed of the node, so the same in each run of a graph
/// and not those of other runtimes. A node without a seed has its number in the graph.
final class RandomOps {
  private RandomOps() {}

  static void register(Registry r) {
    r.any("RandomUniform", c -> uniform(c, ofAttribute(c)));
    r.any("RandomNormal", c -> normal(c, ofAttribute(c)));
    r.any("RandomUniformLike", c -> uniform(c, c.in(0).shape()));
    r.any("RandomNormalLike", c -> normal(c, c.in(0).shape()));
    r.any("Bernoulli", RandomOps::bernoulli);
    r.any("Multinomial", RandomOps::multinomial);
  }

  private static Shape ofAttribute(Call c) {
    return new Shape(c.attributes().ints("shape", List.of()));
  }

  private static ElementType type(Call c) {
    int number = c.attributes().integer("dtype", 0);
    if (number != 0) return ElementType.of(number);
    return c.has(0) ? c.type(0) : ElementType.FLOAT;
  }

  private static Value key(Call c) {
    // A float or, in Dropout, an integer.
    long seed =
        c.attributes()
            .raw("seed")
            .map(s -> Double.doubleToLongBits(s.getF()) ^ s.getI())
            .orElse((long) c.number());
    return c.constant(NdArray.ofLongs(TensorType.of(DType.I64), seed));
  }

  static Value draw(Call c, Shape shape) {
    return Value.uniform(key(c), c.scalar(DType.I64, 0), shape);
  }

  private static List<OnnxValue> uniform(Call c, Shape shape) {
    double low = c.attributes().number("low", 0);
    double high = c.attributes().number("high", 1);
    return List.of(typed(draw(c, shape).mul(high - low).add(low), type(c)));
  }

  private static List<OnnxValue> normal(Call c, Shape shape) {
    var x = Value.normal(key(c), c.scalar(DType.I64, 0), shape);
    double scale = c.attributes().number("scale", 1);
    return List.of(typed(x.mul(scale).add(c.attributes().number("mean", 0)), type(c)));
  }

  private static OnnxValue typed(Value value, ElementType type) {
    return new OnnxValue.Tensor(value.cast(type.dtype()), type);
  }

  private static List<OnnxValue> bernoulli(Call c) {
    var probability = c.in(0).cast(DType.F32);
    return List.of(typed(draw(c, probability.shape()).lt(probability), type(c)));
  }

  /// Classes by the largest logarithm of a probability plus Gumbel noise (Gumbel 1954).
  private static List<OnnxValue> multinomial(Call c) {
    var logs = c.in(0).cast(DType.F32);
    int samples = c.attributes().integer("sample_size", 1);
    var shape = Shape.of(logs.dim(0), samples, logs.dim(1));
    var noise = draw(c, shape).neg().log1p().neg().log().neg();
    var classes = logs.expandDims(1).add(noise).argmax(2);
    int number = c.attributes().integer("dtype", ElementType.INT32.number());
    return List.of(typed(classes, ElementType.of(number)));
  }
}
