package io.gatun.graph.autodiff;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each function of [Nn] against central differences, and each composite's own gradient against the
/// derivative of its body.
class NnGradientTest {
  private static final long SEED = 7;

  private static int[] dims(int... dims) {
    return dims;
  }

  private static GradientCheck map(String name, UnaryOperator<Value> f) {
    return GradientCheck.of(name, x -> f.apply(x.getFirst()), dims(2, 5));
  }

  static Stream<GradientCheck> functions() {
    int[] x = dims(2, 2, 4);
    int[] c = dims(4);
    return Stream.of(
        map("softmax", Nn::softmax),
        map("softmax axis 0", v -> Nn.softmax(v, 0)),
        map("logSoftmax", Nn::logSoftmax),
        map("relu", Nn::relu),
        map("leakyRelu", v -> Nn.leakyRelu(v, 0.1)),
        map("elu", v -> Nn.elu(v, 1.5)),
        map("gelu", Nn::gelu),
        map("geluTanh", Nn::geluTanh),
        map("silu", Nn::silu),
        map("softplus", Nn::softplus),
        map("dropout", v -> Nn.dropout(v, 0.4, seed(v), seed(v))),
        map("crossEntropy", v -> Nn.crossEntropy(v, ints(v, 3, 0))),
        GradientCheck.of("softCrossEntropy", v -> Nn.softCrossEntropy(v.get(0), v.get(1)), x, x),
        GradientCheck.of(
            "binaryCrossEntropy", v -> Nn.binaryCrossEntropy(v.get(0), v.get(1)), c, c),
        GradientCheck.of("meanSquaredError", v -> Nn.meanSquaredError(v.get(0), v.get(1)), c, c),
        GradientCheck.of(
            "linear", v -> Nn.linear(v.get(0), v.get(1), v.get(2)), x, dims(4, 3), dims(3)),
        GradientCheck.of(
            "embedding", v -> Nn.embedding(v.get(0), ints(v.get(0), 2, 0, 2)), dims(3, 2)),
        GradientCheck.of(
            "layerNorm", v -> Nn.layerNorm(v.get(0), v.get(1), v.get(2), 1e-3), x, c, c),
        GradientCheck.of(
            "layerNorm of a row", v -> Nn.layerNorm(v.get(0), v.get(1), v.get(2), 1e-3), c, c, c),
        GradientCheck.of("rmsNorm", v -> Nn.rmsNorm(v.get(0), v.get(1), 1e-3), x, c),
        GradientCheck.of("batchNorm", NnGradientTest::batchNorm, x, c, c),
        GradientCheck.of(
                "batchNorm with statistics",
                v -> Nn.batchNorm(v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), 1e-3),
                x,
                c,
                c,
                c,
                c)
            .in(0.5, 2),
        attention("attention", v -> Nn.attention(v.get(0), v.get(1), v.get(2))),
        attention("causalAttention", v -> Nn.causalAttention(v.get(0), v.get(1), v.get(2))),
        attention(
            "masked attention", v -> Nn.attention(v.get(0), v.get(1), v.get(2), mask(v.get(0)))),
        GradientCheck.of(
            "biased attention",
            v -> Nn.attention(v.get(0), v.get(1), v.get(2), v.get(3), 0.7),
            dims(2, 3, 2),
            dims(2, 4, 2),
            dims(2, 4, 3),
            dims(3, 4)),
        grouped("grouped attention", v -> Nn.attention(v.get(0), v.get(1), v.get(2))),
        grouped("grouped causal", v -> Nn.causalAttention(v.get(0), v.get(1), v.get(2))),
        grouped("grouped masked", v -> Nn.attention(v.get(0), v.get(1), v.get(2), mask(v.get(0)))),
        map("geluSigmoid", Nn::geluSigmoid),
        GradientCheck.of(
            "multiHeadAttention",
            v -> Nn.multiHeadAttention(v.get(0), v.get(1), v.get(2), 2, true),
            x,
            dims(2, 3, 4),
            dims(2, 3, 2)));
  }

  private static GradientCheck attention(
      String name, java.util.function.Function<List<Value>, Value> f) {
    return GradientCheck.of(name, f, dims(2, 3, 2), dims(2, 4, 2), dims(2, 4, 3));
  }

  /// Two heads of queries for each of keys.
  private static GradientCheck grouped(
      String name, java.util.function.Function<List<Value>, Value> f) {
    return GradientCheck.of(name, f, dims(4, 3, 2), dims(2, 4, 2), dims(2, 4, 3));
  }

  /// The statistics contribute too.
  private static Value batchNorm(List<Value> v) {
    var norm = Nn.batchNorm(v.get(0), v.get(1), v.get(2), 1e-3);
    return norm.y().add(norm.mean()).mul(norm.variance());
  }

  /// The second query sees no key.
  private static Value mask(Value v) {
    var type = TensorType.of(DType.BOOL, 3, 4);
    return Value.constant(v.builder(), Literal.of(type, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0));
  }

  private static Value ints(Value v, double... values) {
    return Value.constant(v.builder(), Literal.of(TensorType.of(DType.I32, values.length), values));
  }

  private static Value seed(Value v) {
    return Value.scalar(v.builder(), DType.I64, 3);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void isTheCentralDifference(GradientCheck check) {
    check.run(SEED);
    check.second().run(SEED);
  }
}
