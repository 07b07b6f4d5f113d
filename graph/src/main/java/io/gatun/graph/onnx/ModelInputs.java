package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import java.util.ArrayList;

/// Makes the inputs of a graph from the declared ones. Elements of a sequence `x` are inputs `x.0`,
/// `x.1` ..., as many as the bindings give shapes; an optional value is there when it has a shape.
record ModelInputs(Importer importer, Bindings bindings) {
  OnnxValue value(ModelValue input) {
    if (input.element() == ElementType.STRING) return strings(input);
    return switch (input.kind()) {
      case MAPS -> throw OnnxException.of("%s: %s", input, ModelValue.NO_MAPS);
      case TENSOR -> tensor(input, input.name());
      case SEQUENCE -> sequence(input);
      case OPTIONAL ->
          bindings.shapes().containsKey(input.name())
              ? tensor(input, input.name())
              : bindings.shapes().containsKey(input.name() + ".0")
                  ? sequence(input)
                  : new OnnxValue.Absent();
    };
  }

  private OnnxValue strings(ModelValue input) {
    var given = bindings.strings().get(input.name());
    OnnxException.check(
        given != null, "%s: strings must be known; give them with Bindings.strings", input);
    return new OnnxValue.Strings(given);
  }

  private OnnxValue sequence(ModelValue input) {
    var elements = new ArrayList<OnnxValue>();
    for (int i = 0; bindings.shapes().containsKey(input.name() + "." + i); i++) {
      elements.add(tensor(input, input.name() + "." + i));
    }
    return new OnnxValue.Sequence(elements);
  }

  private OnnxValue tensor(ModelValue input, String name) {
    OnnxException.check(
        input.element().isTensor(), "%s: this element type is not supported", input);
    var value = Value.input(importer.builder(), name, input.type(name, bindings));
    var given = bindings.values().get(name);
    if (given != null) importer.known().give(value, given);
    return new OnnxValue.Tensor(value, input.element());
  }
}
