package io.gatun.tests.onnx;

import io.gatun.engine.Device;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Input;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.ElementType;
import io.gatun.graph.onnx.ModelValue;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxData;
import io.gatun.graph.onnx.OnnxInstance;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.onnx.StringArray;
import io.gatun.graph.onnx.UnsupportedOperatorException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One case of the test suite of ONNX: a folder with a model and sets of inputs and outputs.
record SuiteCase(String group, Path folder) {
  /// How a case ended.
  enum Verdict {
    PASSED,
    /// Passed with shapes that depend on the values of the inputs.
    PASSED_FOR_VALUES,
    FAILED,
    UNSUPPORTED;

    boolean isPassed() {
      return this == PASSED || this == PASSED_FOR_VALUES;
    }
  }

  /// What came of a case.
  ///
  /// @param operators of the model
  /// @param reason the message of what did not pass, its first line
  record Outcome(SuiteCase suiteCase, Verdict verdict, List<String> operators, String reason) {}

  String name() {
    return folder.getFileName().toString();
  }

  /// Runs all data sets on a device.
  Outcome run(Device device) {
    var operators = new ArrayList<String>();
    try {
      var model = Onnx.model(folder.resolve("model.onnx"));
      operators.addAll(model.operators().keySet());
      var verdict = Verdict.PASSED;
      for (Path data : dataSets()) {
        var inputs = read(data, "input", model.inputs());
        var outputs = read(data, "output", model.outputs());
        if (run(device, model, inputs, outputs)) verdict = Verdict.PASSED_FOR_VALUES;
      }
      return new Outcome(this, verdict, operators, "");
    } catch (UnsupportedOperatorException e) {
      return new Outcome(this, Verdict.UNSUPPORTED, List.of(e.operator()), e.getMessage());
    } catch (IOException | RuntimeException | AssertionError | StackOverflowError e) {
      return new Outcome(this, Verdict.FAILED, operators, e.toString().lines().findFirst().get());
    }
  }

  private List<Path> dataSets() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("test_data_set"))
          .sorted()
          .toList();
    }
  }

  private static Map<String, OnnxData> read(Path data, String role, List<ModelValue> values) {
    var read = new HashMap<String, OnnxData>();
    for (int i = 0; i < values.size(); i++) {
      var file = data.resolve(role + "_" + i + ".pb");
      if (!Files.exists(file)) continue;
      var value = OnnxData.read(file, values.get(i));
      read.put(values.get(i).name(), adapted(value, values.get(i).element()));
    }
    return read;
  }

  /// The suite keeps the bits of `bfloat16` in tensors of `uint16`.
  private static OnnxData adapted(OnnxData data, ElementType declared) {
    if (!(data instanceof OnnxData.Tensor(ElementType element, Literal bits))
        || element != ElementType.UINT16
        || declared != ElementType.BFLOAT16) {
      return data;
    }
    var type = bits.type().with(DType.BF16);
    var values = NdArray.of(type, i -> Elements.bf16ToFloat((short) bits.at(i)));
    return new OnnxData.Tensor(declared, Literal.of(values));
  }

  /// Whether the values of the inputs were needed to make the graph.
  private static boolean run(
      Device device, OnnxModel model, Map<String, OnnxData> inputs, Map<String, OnnxData> outputs) {
    var tensors = new HashMap<String, Literal>();
    inputs.forEach((name, data) -> flatten(name, data, tensors));
    var shapes = Bindings.none();
    var values = Bindings.none();
    for (var entry : inputs.entrySet()) {
      if (entry.getValue() instanceof OnnxData.Strings(var array)) {
        shapes = shapes.strings(entry.getKey(), array);
        values = values.strings(entry.getKey(), array);
      }
    }
    for (var entry : tensors.entrySet()) {
      shapes = shapes.shape(entry.getKey(), entry.getValue().type().shape());
      values = values.value(entry.getKey(), entry.getValue().toNdArray());
    }
    OnnxInstance instance;
    boolean needsValues = false;
    try {
      instance = model.instance(shapes);
    } catch (UnsupportedOperatorException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      instance = model.instance(values);
      needsValues = true;
    }
    var results = execute(device, instance, tensors);
    outputs.forEach((name, want) -> Comparison.check(name, want, instance(name, model, results)));
    return needsValues;
  }

  private record Results(OnnxInstance instance, Map<String, Literal> tensors) {}

  private static OnnxData instance(String name, OnnxModel model, Results results) {
    var result = results.instance().results().get(name);
    if (result == null) throw new AssertionError("no output " + name + " in " + model);
    return data(result, results.tensors());
  }

  private static OnnxData data(OnnxInstance.Result result, Map<String, Literal> tensors) {
    return switch (result) {
      case OnnxInstance.TensorResult tensor ->
          new OnnxData.Tensor(tensor.element(), tensors.get(tensor.output()));
      case OnnxInstance.TextResult(var output, var table) -> {
        var codes = tensors.get(output).toNdArray();
        var texts = Arrays.stream(codes.toLongs()).mapToObj(at -> table.get((int) at)).toList();
        yield new OnnxData.Strings(new StringArray(codes.type().shape(), texts));
      }
      case OnnxInstance.MapsResult(var output, _) ->
          new OnnxData.Tensor(ElementType.FLOAT, tensors.get(output));
      case OnnxInstance.AbsentResult _ -> new OnnxData.Absent();
      case OnnxInstance.SequenceResult(var elements) ->
          new OnnxData.Sequence(elements.stream().map(e -> data(e, tensors)).toList());
    };
  }

  private static void flatten(String name, OnnxData data, Map<String, Literal> into) {
    switch (data) {
      case OnnxData.Tensor(_, Literal literal) -> into.put(name, literal);
      case OnnxData.Sequence(List<OnnxData> elements) -> {
        for (int i = 0; i < elements.size(); i++) flatten(name + "." + i, elements.get(i), into);
      }
      case OnnxData.Strings _, OnnxData.Absent _ -> {}
    }
  }

  private static Results execute(
      Device device, OnnxInstance instance, Map<String, Literal> tensors) {
    var graph = instance.graph();
    var results = new HashMap<String, Literal>();
    if (graph.outputs().isEmpty()) return new Results(instance, results);
    var arguments = new ArrayList<Tensor>();
    var outputs = List.<Tensor>of();
    try (var executable = device.compile("case", graph)) {
      for (var node : graph.inputs()) {
        String name = ((Input) node.op()).name();
        var literal = tensors.get(name);
        if (literal == null) throw new AssertionError("no data for input " + name);
        arguments.add(Tensor.of(name, literal.toNdArray()));
      }
      outputs = executable.run(arguments);
      for (Tensor output : outputs) results.put(output.name(), Literal.of(output.toNdArray()));
      return new Results(instance, results);
    } finally {
      arguments.forEach(Tensor::close);
      outputs.forEach(Tensor::close);
    }
  }
}
