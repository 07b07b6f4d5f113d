package io.gatun.graph.onnx;

import java.util.List;

/// The meaning of an operator: from a call to its outputs.
@FunctionalInterface
interface Translator {
  List<? extends OnnxValue> translate(Call call);
}
