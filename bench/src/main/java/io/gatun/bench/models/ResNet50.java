package io.gatun.bench.models;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.gatun.bench.OnnxModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// ResNet-50 (He et al. 2015) of random weights, as PyTorch's exporter writes that of torchvision
/// in training order: convolutions without bias, each with its batch normalization; strides are on
/// the 3x3 ones (version 1.5). The batch is open: input `x[batch, 3, 224, 224]`, output
/// `y[batch, 1000]`.
///
/// Filters are He-uniform and the statistics near those of the values, so that numbers stay in the
/// usual range through all blocks.
final class ResNet50 {
  private static final int[] BLOCKS = {3, 4, 6, 3};
  private static final int EXPANSION = 4;
  private static final int CLASSES = 1000;

  private final OnnxModels out = new OnnxModels();
  private int convolutions;

  private ResNet50() {}

  static void write(Path file) throws IOException {
    new ResNet50().network().write("y", file);
  }

  private OnnxModels network() {
    var image = out.input("x", TensorProto.DataType.FLOAT, "batch", "3", "224", "224");
    var x = relu("stem", convolution("stem", image, 3, 64, 7, 2, 1));
    x = out.add("stem.pool", "MaxPool", window(3, 2), x);
    int channels = 64;
    for (int stage = 0; stage < BLOCKS.length; stage++) {
      int width = 64 << stage;
      for (int block = 0; block < BLOCKS[stage]; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        x = bottleneck("layer%d.%d".formatted(stage + 1, block), x, channels, width, stride);
        channels = EXPANSION * width;
      }
    }
    var pooled = out.add("pooled", "GlobalAveragePool", x);
    var flat = out.add("flat", "Flatten", List.of(OnnxModels.integer("axis", 1)), pooled);
    double range = 1 / Math.sqrt(channels);
    var weight = out.random("fc.weight", -range, range, CLASSES, channels);
    var bias = out.random("fc.bias", -range, range, CLASSES);
    out.add("y", "Gemm", List.of(OnnxModels.integer("transB", 1)), flat, weight, bias);
    return out;
  }

  private String bottleneck(String name, String x, int in, int width, int stride) {
    int result = EXPANSION * width;
    var a = relu(name + ".a", convolution(name + ".a", x, in, width, 1, 1, 1));
    var b = relu(name + ".b", convolution(name + ".b", a, width, width, 3, stride, 1));
    // The last factor is small, so that sums over the blocks do not grow.
    var c = convolution(name + ".c", b, width, result, 1, 1, 0.3);
    var shortcut = in == result ? x : convolution(name + ".shortcut", x, in, result, 1, stride, 1);
    return relu(name, out.add(name + ".sum", "Add", c, shortcut));
  }

  private String relu(String name, String x) {
    return out.add(name + ".relu", "Relu", x);
  }

  private String convolution(
      String name, String x, int in, int filters, int size, int stride, double gamma) {
    double range = Math.sqrt(6.0 / (in * size * size));
    var filter = out.random(name + ".weight", -range, range, filters, in, size, size);
    var y = out.add("conv" + convolutions++, "Conv", window(size, stride), x, filter);
    return out.add(
        name + ".norm",
        "BatchNormalization",
        y,
        out.random(name + ".gamma", 0.8 * gamma, 1.2 * gamma, filters),
        out.random(name + ".beta", -0.1, 0.1, filters),
        out.random(name + ".mean", -0.1, 0.1, filters),
        out.random(name + ".variance", 0.8, 1.2, filters));
  }

  private static List<AttributeProto> window(int size, int stride) {
    int pad = size / 2;
    return List.of(
        OnnxModels.integers("kernel_shape", size, size),
        OnnxModels.integers("strides", stride, stride),
        OnnxModels.integers("pads", pad, pad, pad, pad));
  }
}
