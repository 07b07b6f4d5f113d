package io.gatun.graph.testing;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.pass.LossWithGradient;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Samples of the composites that a device may claim, with their gradients: at the widths where
/// variants of kernels end and beside them, of each type of floats, with masks.
public final class ClaimedSamples {
  /// Widths that end a variant of a kernel, primes, and rows of no whole packs.
  private static final int[] WIDTHS = {1, 31, 256, 257, 1025, 4100};

  private final List<OpSample> samples = new ArrayList<>();
  private long seed = 1;

  private ClaimedSamples() {}

  /// Samples of all of them.
  public static List<OpSample> all() {
    var made = new ClaimedSamples();
    for (int width : WIDTHS) made.rows(DType.F32, width);
    made.rows(DType.BF16, 1000);
    made.rows(DType.F16, 33);
    made.attention(DType.F32, "full", 33, 65, 32);
    made.attention(DType.F32, "causal", 70, 70, 64);
    made.attention(DType.F32, "masked", 20, 35, 128);
    made.attention(DType.F32, "biased", 33, 65, 64);
    made.attention(DType.BF16, "causal", 33, 65, 64);
    made.attention(DType.F16, "masked", 70, 35, 32);
    made.attention(DType.BF16, "full", 20, 20, 128);
    made.grouped(DType.F32, "causal", 6, 33, 65, 32);
    made.grouped(DType.F32, "biased", 6, 20, 33, 32);
    made.grouped(DType.BF16, "masked", 4, 70, 35, 64);
    made.grouped(DType.F16, "full", 8, 20, 40, 128);
    return made.samples;
  }

  private void rows(DType type, int width) {
    int rows = width < 1000 ? 37 : 3;
    var t = new Tracer();
    var x = t.input("x", TensorType.of(type, rows, width));
    var gamma = t.input("gamma", TensorType.of(type, width));
    var beta = t.input("beta", TensorType.of(type, width));
    var labels = t.input("labels", TensorType.of(type == DType.F32 ? DType.I64 : DType.I32, rows));
    var losses = Nn.crossEntropy(x, labels);
    withGradients(t, Nn.softmax(x), List.of(x));
    withGradients(t, Nn.logSoftmax(x), List.of(x));
    withGradients(t, Nn.layerNorm(x, gamma, beta, 1e-5), List.of(x, gamma, beta));
    withGradients(t, Nn.rmsNorm(x, gamma, 1e-5), List.of(x, gamma));
    t.output("losses", losses);
    add(t.graph());

    var training = new Tracer();
    var logits = training.input("logits", TensorType.of(type, rows, width));
    var targets = training.input("labels", labels.type());
    var loss = Nn.crossEntropy(logits, targets);
    training.output("loss", loss);
    // One cotangent for all rows, or one for each.
    var dy = training.input("dy", TensorType.of(type, width % 2 == 0 ? 1 : rows));
    var all = dy.broadcastTo(Shape.of(rows));
    training.output("dx", Gradient.of(List.of(loss), List.of(all), List.of(logits)).getFirst());
    add(new LossWithGradient(Target.cuda("sm_80")).run(training.graph()));
  }

  private void attention(DType type, String kind, int queries, int keys, int size) {
    grouped(type, kind, 2, queries, keys, size);
  }

  /// @param heads of the queries, for two of keys
  private void grouped(DType type, String kind, int heads, int queries, int keys, int size) {
    var t = new Tracer();
    var q = t.input("q", TensorType.of(type, 2, heads, queries, size));
    var k = t.input("k", TensorType.of(type, 2, 2, keys, size));
    var v = t.input("v", TensorType.of(type, 2, 2, keys, size));
    var mask = new TensorType(DType.BOOL, Shape.of(2, heads, queries, keys));
    var y =
        switch (kind) {
          case "full" -> Nn.attention(q, k, v);
          case "causal" -> Nn.causalAttention(q, k, v);
          case "biased" -> Nn.attention(q, k, v, t.input("bias", mask.with(type)));
          default -> Nn.attention(q, k, v, t.input("mask", mask));
        };
    withGradients(t, y, List.of(q, k, v));
    add(t.graph());
  }

  private static void withGradients(Tracer t, Value y, List<Value> wrt) {
    t.output("y" + y.node(), y);
    var dy = t.input("dy" + y.node(), y.type());
    var gradients = Gradient.of(List.of(y), List.of(dy), wrt);
    for (int i = 0; i < wrt.size(); i++) t.output("d" + i + y.node(), gradients.get(i));
  }

  /// A sample of each call of a composite in the graph.
  private void add(Graph graph) {
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Composite composite) || composite.output() != 0) continue;
      var operands = new ArrayList<NdArray>();
      for (Node input : composite.body().inputs())
        operands.add(operand(composite, (Input) input.op()));
      samples.add(new OpSample(composite, operands));
    }
  }

  /// Random numbers such that nothing overflows or is lost in a long sum: the results that
  /// gradients of rows read are the size of probabilities, or of their logarithms.
  private NdArray operand(Composite composite, Input input) {
    var type = input.type();
    if (input.name().equals("y") && composite.name().equals("softmax_gradient")) {
      return NdArray.of(type, i -> type.dtype().round((1 + i % 7) / (4.0 * type.shape().dim(1))));
    }
    if (input.name().equals("y") && composite.name().equals("logsoftmax_gradient")) {
      return NdArray.of(type, i -> -6 - i % 7 * 0.25);
    }
    return switch (input.name()) {
      case "epsilon" -> NdArray.of(type, _ -> type.dtype().round(1e-5));
      case "scale" -> NdArray.of(type, _ -> 0.125);
      case "logsum" -> NdArray.of(type, i -> 4 + i % 5 * 0.25);
      case "bias" -> bias(SampleArrays.random(type, seed++));
      default -> SampleArrays.random(type, seed++);
    };
  }

  /// Numbers among which some hide a key: the least, as exporters add to scores, also in whole
  /// rows, whose keys all weigh the same then; and minus infinity, of which a whole row makes NaN.
  private static NdArray bias(NdArray numbers) {
    int keys = numbers.type().shape().dims().getLast();
    return NdArray.of(
        numbers.type(),
        i ->
            switch (i / keys % 7) {
              case 2 -> -Float.MAX_VALUE;
              case 3 -> Double.NEGATIVE_INFINITY;
              case 4 -> i % 2 == 0 ? Double.NEGATIVE_INFINITY : numbers.at(i);
              default -> i % 3 == 0 ? -Float.MAX_VALUE : numbers.at(i);
            });
  }
}
