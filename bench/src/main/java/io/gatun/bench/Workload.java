package io.gatun.bench;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Window;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// A computation with fixed shapes that Gatun and its peers are timed on; all numbers are `f32`.
///
/// Peers switch over the kinds, so a new kind is one that javac asks every peer about.
public sealed interface Workload {
  /// The name in tables and on the command line: the kind, then the sizes.
  String name();

  /// Gatun's form: activations and parameters are inputs, the weights of inference constants.
  Graph graph();

  /// How many sets of inputs runs take in turn.
  default int sets() {
    return 1;
  }

  /// A training step of an MLP of 784, 128 (relu) and 10 units: softmax cross-entropy, Adam.
  record MlpStep(int batch) implements Workload {
    @Override
    public String name() {
      return "mlp-" + batch;
    }

    @Override
    public Graph graph() {
      return TrainingSteps.mlp(batch);
    }
  }

  /// A training step of a CNN on images of 64x64x1: Conv 32 3x3, relu, pool 2, Conv 64 3x3, relu,
  /// pool 2, Flatten, Dense 1; sigmoid cross-entropy, Adam. Convolutions keep the size.
  record CnnStep(int batch) implements Workload {
    @Override
    public String name() {
      return "cnn-" + batch;
    }

    @Override
    public Graph graph() {
      return TrainingSteps.cnn(batch);
    }
  }

  /// `gelu_tanh(x + b) * g + x` over arrays of `size` each.
  record GeluChain(int size) implements Workload {
    @Override
    public String name() {
      return "gelu-" + size;
    }

    @Override
    public Graph graph() {
      var t = new Tracer();
      var x = t.input("x", TensorType.f32(size));
      var b = t.input("b", TensorType.f32(size));
      var g = t.input("g", TensorType.f32(size));
      t.output("y", Nn.geluTanh(x.add(b)).mul(g).add(x));
      return t.graph();
    }

    /// Bytes that must move: three arrays read, one written.
    public long bytes() {
      return 4L * Float.BYTES * size;
    }
  }

  /// Softmax of the rows of a matrix.
  record Softmax(int rows, int columns) implements Workload {
    @Override
    public String name() {
      return "softmax-%dx%d".formatted(rows, columns);
    }

    @Override
    public Graph graph() {
      var t = new Tracer();
      t.output("y", Nn.softmax(t.input("x", TensorType.f32(rows, columns))));
      return t.graph();
    }
  }

  /// Layer normalization of the rows of a matrix, with scale and shift.
  record LayerNorm(int rows, int columns) implements Workload {
    /// Added to the variance.
    public static final double EPSILON = 1e-5;

    @Override
    public String name() {
      return "layernorm-%dx%d".formatted(rows, columns);
    }

    @Override
    public Graph graph() {
      var t = new Tracer();
      var x = t.input("x", TensorType.f32(rows, columns));
      var gamma = t.input("gamma", TensorType.f32(columns));
      var beta = t.input("beta", TensorType.f32(columns));
      t.output("y", Nn.layerNorm(x, gamma, beta, EPSILON));
      return t.graph();
    }
  }

  /// `gelu_tanh(x w + b)` for `x[m, k]` and constant `w[k, n]` and `b[n]`.
  record Dense(int m, int k, int n) implements Workload {
    @Override
    public String name() {
      return "dense-%dx%dx%d".formatted(m, k, n);
    }

    @Override
    public Graph graph() {
      var t = new Tracer();
      var x = t.input("x", TensorType.f32(m, k));
      var w = t.constant(literal("w", TensorType.f32(k, n)));
      var b = t.constant(literal("b", TensorType.f32(n)));
      t.output("y", Nn.geluTanh(Nn.linear(x, w, b)));
      return t.graph();
    }
  }

  /// `relu(conv(x, w) + b)` on square images, channels last, with constant `w` and `b`; padding of
  /// half a kernel on each side.
  record Convolution(int batch, int size, int in, int out, int kernel, int stride)
      implements Workload {
    @Override
    public String name() {
      return "conv-%dx%dx%d-%d-k%ds%d-b%d".formatted(size, size, in, out, kernel, stride, batch);
    }

    @Override
    public Graph graph() {
      var t = new Tracer();
      var x = t.input("x", TensorType.f32(batch, size, size, in));
      var w = t.constant(literal("w", TensorType.f32(kernel, kernel, in, out)));
      var b = t.constant(literal("b", TensorType.f32(out)));
      var pad = List.of(padding(), padding());
      var window = Window.of(kernel, kernel).withStride(stride, stride).withPadding(pad, pad);
      t.output("y", Nn.relu(x.conv(w, window).add(b)));
      return t.graph();
    }

    /// Zeros on each side of an axis.
    public int padding() {
      return kernel / 2;
    }

    /// Height and width of the result.
    public int outputSize() {
      return (size + 2 * padding() - kernel) / stride + 1;
    }
  }

  /// The sum of two small arrays: what is left is the cost of a run itself.
  record Addition(int size) implements Workload {
    @Override
    public String name() {
      return "add-" + size;
    }

    @Override
    public Graph graph() {
      var t = new Tracer();
      var x = t.input("x", TensorType.f32(size));
      t.output("z", x.add(t.input("y", TensorType.f32(size))));
      return t.graph();
    }
  }

  private static Literal literal(String name, TensorType type) {
    var data = Arena.ofAuto().allocate(type.bytes(), 64);
    Numbers.fill(name, type, data);
    return Literal.of(type, data);
  }

  /// An ONNX file with sizes for the dimensions that it names. The inputs change from run to run.
  record ModelFile(Path file, Bindings bindings, String sizes) implements Workload {
    /// `FILE`, or `FILE@batch=1,sequence=128`: sizes of dimensions that the model names; of inputs
    /// also the shape, as `x=1x3x48x320`, or, where shapes or branches depend on it, the value of a
    /// scalar, as `sr:=16000`.
    public static ModelFile parse(String text) {
      int at = text.lastIndexOf('@');
      var file = Path.of(at < 0 ? text : text.substring(0, at));
      var sizes = at < 0 ? "" : text.substring(at + 1);
      var bindings = Bindings.none();
      for (String part : sizes.isEmpty() ? new String[0] : sizes.split(",")) {
        var match = SIZE.matcher(part);
        if (!match.matches()) {
          throw new IllegalArgumentException(
              "\"%s\" is neither a size, a shape nor a value; write FILE@batch=1,x=1x3x48x320,sr:=16000"
                  .formatted(part));
        }
        var name = match.group(1);
        var number = match.group(3);
        if (match.group(2).equals(":=")) {
          var scalar = TensorType.of(DType.I64);
          bindings = bindings.value(name, NdArray.of(scalar, Double.parseDouble(number)));
        } else if (number.contains("x")) {
          bindings = bindings.shape(name, Shape.parse(number).orElseThrow());
        } else {
          bindings = bindings.dimension(name, Integer.parseInt(number));
        }
      }
      return new ModelFile(file, bindings, sizes);
    }

    @Override
    public String name() {
      var base = file.getFileName().toString().replace(".onnx", "");
      return sizes.isEmpty() ? base : base + "@" + sizes;
    }

    @Override
    public int sets() {
      return 4;
    }

    @Override
    public Graph graph() {
      return Onnx.model(file).graph(bindings);
    }
  }

  /// A size, a shape or a value of [ModelFile].
  Pattern SIZE = Pattern.compile("([^=:]+)(:?=)(\\d{1,9}(?:x\\d{1,9})*)");
}
