package io.gatun.graph.onnx.export;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Functions that are operators of ONNX; of all others the body is written.
record CompositeWriter(Emitter out) {
  Optional<String> write(Composite composite, Node node, List<String> in) {
    if (composite.output() != 0 || !node.type().dtype().isFloat()) return Optional.empty();
    return switch (composite.name()) {
      case "relu" -> Optional.of(out.add("Relu", in.getFirst()));
      case "softplus" -> Optional.of(out.add("Softplus", in.getFirst()));
      case "softmax" -> Optional.of(lastAxis("Softmax", in));
      case "logsoftmax" -> Optional.of(lastAxis("LogSoftmax", in));
      case "leakyrelu" -> sloped("LeakyRelu", node, in);
      case "elu" -> sloped("Elu", node, in);
      case "gelu" -> Optional.of(out.add("Gelu", in.getFirst()));
      case "gelu.tanh" -> Optional.of(out.add("Gelu", in, Emitter.text("approximate", "tanh")));
      case "layernorm" -> layerNorm(node, in);
      case "maxpool" -> maxPool(composite, node, in);
      case String _ -> Optional.empty();
    };
  }

  private String lastAxis(String operator, List<String> in) {
    return out.add(operator, in, Emitter.integer("axis", -1));
  }

  private static OptionalDouble number(Node node) {
    Node source = node.op() instanceof Broadcast ? node.input(0) : node;
    return source.op() instanceof Constant(var literal) && literal.type().size() == 1
        ? OptionalDouble.of(literal.at(0))
        : OptionalDouble.empty();
  }

  private Optional<String> sloped(String operator, Node node, List<String> in) {
    var alpha = number(node.input(1));
    if (alpha.isEmpty()) return Optional.empty();
    var attribute = Emitter.number("alpha", alpha.getAsDouble());
    return Optional.of(out.add(operator, List.of(in.getFirst()), attribute));
  }

  private Optional<String> layerNorm(Node node, List<String> in) {
    var epsilon = number(node.input(3));
    if (epsilon.isEmpty()) return Optional.empty();
    var attribute = Emitter.number("epsilon", epsilon.getAsDouble());
    return Optional.of(out.add("LayerNormalization", in.subList(0, 3), attribute));
  }

  /// The windows are those of the body.
  private Optional<String> maxPool(Composite composite, Node node, List<String> in) {
    if (node.type().dtype() != DType.F32) return Optional.empty();
    return composite.body().nodes().stream()
        .filter(n -> n.op() instanceof Windows)
        .map(n -> ((Windows) n.op()).window())
        .findFirst()
        .filter(CompositeWriter::hasElements)
        .map(window -> maxPool(window, in.getFirst()));
  }

  /// ONNX wants an element of the operand in each window.
  private static boolean hasElements(Window window) {
    for (int i = 0; i < window.rank(); i++) {
      if (window.padLow().get(i) >= window.size().get(i)
          || window.padHigh().get(i) >= window.size().get(i)) return false;
    }
    return true;
  }

  private String maxPool(Window window, String x) {
    int rank = window.rank();
    var first = new ArrayList<>(List.of(0, rank + 1));
    var last = new ArrayList<>(List.of(0));
    for (int i = 1; i <= rank; i++) {
      first.add(i);
      last.add(i + 1);
    }
    last.add(1);
    var pads = new ArrayList<>(window.padLow());
    pads.addAll(window.padHigh());
    var y =
        out.add(
            "MaxPool",
            List.of(out.transpose(x, first)),
            Emitter.integers("kernel_shape", window.size()),
            Emitter.integers("strides", window.stride()),
            Emitter.integers("dilations", window.dilation()),
            Emitter.integers("pads", pads));
    return out.transpose(y, last);
  }
}
