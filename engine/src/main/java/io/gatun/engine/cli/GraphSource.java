package io.gatun.engine.cli;

import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.io.Npy;
import io.gatun.engine.profile.RandomTensors;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.ModelValue;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The graph that a command looks at: that of a trained model, of an ONNX file, or graph text; and
/// what it is run on.
final class GraphSource {
  /// What is done with the graph when it is loaded.
  @FunctionalInterface
  interface Use {
    void accept(Executable executable, RandomTensors tensors) throws IOException;
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(
      paramLabel = "MODEL",
      description = "ONNX file, graph text, a folder that 'gatun train' wrote, or its model file.")
  private Path path;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Samples in a run of a trained model.")
  private int batch;

  @Option(
      names = "--dim",
      paramLabel = "NAME=N",
      description = "Size of a dimension that an ONNX file leaves open. Default: 1.")
  private Map<String, Integer> dimensions = new LinkedHashMap<>();

  @Option(
      names = "--shape",
      paramLabel = "NAME=AxB",
      description = "Shape of an input of an ONNX file: --shape x=1x3x224x224.")
  private Map<String, String> shapes = new LinkedHashMap<>();

  @Option(
      names = "--input",
      paramLabel = "NAME=NPY",
      description = "An input and its array; else the inputs are random numbers.")
  private Map<String, Path> inputs = new LinkedHashMap<>();

  /// Options that picocli fills in.
  GraphSource() {}

  /// The name that was given.
  String name() {
    return path.toString();
  }

  /// Compiles the graph for the device and hands it on.
  void use(Device device, Console console, Use use) throws IOException {
    if (batch < 1) throw wrong("--batch: " + batch + " is below 1");
    boolean isModel = Files.isDirectory(path) || path.toString().endsWith(".safetensors");
    try (var arena = Arena.ofShared()) {
      var arrays = new LinkedHashMap<String, Literal>();
      for (var entry : inputs.entrySet()) {
        arrays.put(entry.getKey(), Npy.read(entry.getValue(), arena));
      }
      if (isModel) {
        try (var model = SavedModel.load(path, device)) {
          use(device, model.inferenceGraph(batch), arrays, use);
        }
      } else {
        use(device, isOnnx() ? onnx(arrays, console) : GraphFile.read(path), arrays, use);
      }
    }
  }

  private boolean isOnnx() {
    return path.toString().endsWith(".onnx");
  }

  private void use(Device device, Graph graph, Map<String, Literal> arrays, Use use)
      throws IOException {
    try (var executable = device.compile(path.toString(), graph);
        var tensors = RandomTensors.of(executable.plan(), arrays)) {
      use.accept(executable, tensors);
    }
  }

  // --- ONNX

  private Graph onnx(Map<String, Literal> arrays, Console console) {
    var model = Onnx.model(path);
    var names = model.inputs().stream().map(ModelValue::name).collect(Collectors.toSet());
    var unknown =
        Stream.of(shapes.keySet(), arrays.keySet()).flatMap(Set::stream).toList().stream()
            .filter(name -> !names.contains(name))
            .findFirst();
    if (unknown.isPresent()) {
      throw wrong(
          "%s has no input \"%s\"; it has %s".formatted(path, unknown.get(), model.inputs()));
    }
    var bindings = bindings(model, arrays, console);
    try {
      return model.graph(bindings);
    } catch (OnnxException e) {
      if (arrays.isEmpty()) throw e;
      // Shapes that depend on the data: compiled for these arrays.
      var values = bindings;
      for (var entry : arrays.entrySet()) {
        values = values.value(entry.getKey(), entry.getValue().toNdArray());
      }
      return model.graph(values);
    }
  }

  private Bindings bindings(OnnxModel model, Map<String, Literal> arrays, Console console) {
    var open = new TreeSet<String>();
    var bindings = Bindings.none();
    for (var entry : dimensions.entrySet()) {
      if (entry.getValue() < 0) throw wrong("--dim: " + entry + " is below 0");
      bindings = bindings.dimension(entry.getKey(), entry.getValue());
    }
    for (ModelValue input : model.inputs()) {
      if (arrays.containsKey(input.name())) {
        bindings = bindings.shape(input.name(), arrays.get(input.name()).type().shape());
      } else if (shapes.containsKey(input.name())) {
        bindings = bindings.shape(input.name(), shape(shapes.get(input.name())));
      } else if (input.kind() == ModelValue.Kind.TENSOR) {
        bindings = bound(bindings, input, open);
      }
    }
    if (!open.isEmpty()) {
      console
          .err()
          .println(
              "gatun: "
                  + String.join(", ", open)
                  + (open.size() == 1 ? " is open" : " are open")
                  + " and taken as 1; give sizes with --dim NAME=N or --shape INPUT=AxB");
    }
    return bindings;
  }

  /// The shape that the file declares, with 1 for what it leaves open.
  private Bindings bound(Bindings bindings, ModelValue input, Set<String> open) {
    var dims = input.dims();
    if (dims.isEmpty()) {
      throw wrong(
          "the file gives no shape of input \"%s\"; give it with --shape %s=AxB or --input"
              .formatted(input.name(), input.name()));
    }
    var sizes = new int[dims.get().size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      String dim = dims.get().get(axis);
      if (dim.matches("[0-9]{1,9}")) {
        sizes[axis] = Integer.parseInt(dim);
      } else {
        if (!dimensions.containsKey(dim)) open.add(dim.equals("?") ? input.toString() : dim);
        sizes[axis] = dimensions.getOrDefault(dim, 1);
      }
    }
    return bindings.shape(input.name(), Shape.of(sizes));
  }

  private Shape shape(String text) {
    return Shape.parse(text)
        .orElseThrow(
            () -> wrong("--shape: \"%s\" is no shape; write it as 1x3x224x224".formatted(text)));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
