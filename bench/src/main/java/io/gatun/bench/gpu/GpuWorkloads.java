package io.gatun.bench.gpu;

import io.gatun.bench.Workloads;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Graphs that a GPU is timed on: those of [Workloads], and `dense-bf16-MxKxN` and
/// `attention-bf16-BxHxSxD` (causal) for its tensor cores.
public final class GpuWorkloads {
  private static final String DENSE = "dense-bf16-";
  private static final String ATTENTION = "attention-bf16-";

  private GpuWorkloads() {}

  /// What a first run times.
  ///
  /// @param small for the virtual GPU
  public static List<String> names(boolean small) {
    return small
        ? List.of(
            "mlp-32", "dense-32x784x128", "dense-bf16-128x128x128", "attention-bf16-1x2x64x64")
        : List.of(
            "mlp-128",
            "cnn-32",
            "gelu-16777216",
            "softmax-1024x1024",
            "layernorm-1024x1024",
            "dense-1024x1024x1024",
            "dense-1x768x3072",
            "dense-bf16-4096x4096x4096",
            "attention-bf16-8x16x1024x64",
            "conv-56x56x64-64-k3s1-b1",
            "conv-14x14x256-256-k3s1-b1");
  }

  /// The graph of a workload's name.
  public static Graph graph(String name) {
    if (name.startsWith(DENSE)) return dense(sizes(name, DENSE, 3));
    if (name.startsWith(ATTENTION)) return attention(sizes(name, ATTENTION, 4));
    return Workloads.named(name).graph();
  }

  /// Whether the flops of a workload are those of tensor cores.
  static boolean onTensorCores(String name) {
    return name.contains("-bf16-");
  }

  private static int[] sizes(String name, String prefix, int count) {
    var parts = name.substring(prefix.length()).split("x");
    if (parts.length != count) {
      throw new IllegalArgumentException(
          "workload \"%s\": %s wants %d sizes".formatted(name, prefix, count));
    }
    var sizes = new int[count];
    for (int i = 0; i < count; i++) sizes[i] = Integer.parseInt(parts[i]);
    return sizes;
  }

  private static Graph dense(int[] s) {
    var t = new Tracer();
    var x = t.input("x", bf16(s[0], s[1]));
    var w = t.input("w", bf16(s[1], s[2]));
    t.output("y", x.matmul(w));
    return t.graph();
  }

  private static Graph attention(int[] s) {
    var t = new Tracer();
    var q = t.input("q", bf16(s));
    var k = t.input("k", bf16(s));
    var v = t.input("v", bf16(s));
    t.output("y", Nn.causalAttention(q, k, v));
    return t.graph();
  }

  private static TensorType bf16(int... dimensions) {
    return new TensorType(DType.BF16, Shape.of(dimensions));
  }
}
