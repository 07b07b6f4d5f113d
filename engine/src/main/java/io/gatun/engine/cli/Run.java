package io.gatun.engine.cli;

import io.gatun.engine.OnnxProgram;
import io.gatun.engine.Tensor;
import io.gatun.engine.io.Npy;
import io.gatun.graph.onnx.ModelValue;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs an ONNX file once.
@Command(
    name = "run",
    description = "Runs an ONNX file on arrays in npy files and shows or saves what it gives.",
    footer = {
      "  gatun run model.onnx --input x=x.npy",
      "  gatun run model.onnx --input x=x.npy --output results     writes results/NAME.npy",
      "",
      "Strings, as labels of a classifier, are written as numbers of lines in NAME.labels.txt; the"
          + " lines for a matrix that ZipMap makes maps of are the keys of its columns.",
      ""
    })
final class Run implements Callable<Integer> {
  private static final int SHOWN = 8;

  @Parameters(paramLabel = "FILE", description = "ONNX file.")
  private Path file;

  @Option(names = "--input", paramLabel = "NAME=NPY", description = "An input and its array.")
  private Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(names = "--output", paramLabel = "DIR", description = "Write the outputs there as npy.")
  private Path folder;

  @Mixin private DeviceOptions devices;

  @Spec private CommandSpec spec;

  private final Console console;

  Run(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    checkOnce();
    var model = Onnx.open(file);
    try (var arena = Arena.ofShared();
        var device = devices.open()) {
      var arrays = new LinkedHashMap<String, Literal>();
      for (var entry : inputs.entrySet()) {
        arrays.put(entry.getKey(), Npy.read(entry.getValue(), arena));
      }
      var tensors = new LinkedHashMap<String, Tensor>();
      Map<String, Tensor> results = Map.of();
      try (var program = new OnnxProgram(device, model)) {
        if (!program.isKept(types(arrays))) check(model, arrays);
        arrays.forEach((name, array) -> tensors.put(name, Tensor.of(name, array.toNdArray())));
        results = program.run(tensors);
        for (Tensor result : results.values()) tell(result, program.labels(result.name()));
      } finally {
        tensors.values().forEach(Tensor::close);
        results.values().forEach(Tensor::close);
      }
    }
    return 0;
  }

  /// Of two arrays of one name, the parser would keep the second and say nothing.
  private void checkOnce() {
    var option = spec.commandLine().getParseResult().matchedOption("--input");
    if (option == null) return;
    var names = new HashSet<String>();
    for (String text : option.originalStringValues()) {
      String name = text.substring(0, text.indexOf('='));
      if (!names.add(name)) {
        throw new ParameterException(
            spec.commandLine(), "--input: \"%s\" is given twice".formatted(name));
      }
    }
  }

  private static Map<String, TensorType> types(Map<String, Literal> arrays) {
    var types = new LinkedHashMap<String, TensorType>();
    arrays.forEach((name, array) -> types.put(name, array.type()));
    return types;
  }

  private void check(OnnxModel model, Map<String, Literal> arrays) throws IOException {
    var wanted =
        model.inputs().stream()
            .collect(
                Collectors.toMap(
                    ModelValue::name, v -> v, (a, _) -> a, LinkedHashMap<String, ModelValue>::new));
    if (!arrays.keySet().equals(wanted.keySet())) {
      throw new IOException(
          "%s wants the inputs %s, got %s; give each as --input NAME=FILE.npy"
              .formatted(file, wanted.values(), arrays.keySet()));
    }
    for (var entry : arrays.entrySet()) {
      var type = entry.getValue().type();
      var input = wanted.get(entry.getKey());
      if (type.dtype() != input.element().dtype() || !fits(input, type)) {
        throw new IOException("input %s: the file has %s".formatted(input, type));
      }
    }
  }

  private static boolean fits(ModelValue input, TensorType type) {
    if (input.dims().isEmpty()) return true;
    var dims = input.dims().get();
    return dims.size() == type.shape().rank()
        && IntStream.range(0, dims.size())
            .allMatch(
                axis ->
                    !dims.get(axis).chars().allMatch(Character::isDigit)
                        || dims.get(axis).equals(String.valueOf(type.shape().dim(axis))));
  }

  /// @param labels of [OnnxProgram#labels]
  private void tell(Tensor result, List<String> labels) throws IOException {
    boolean isText = !labels.isEmpty() && !result.type().dtype().isFloat();
    var name = result.name() + ": " + (isText ? "strings" + result.type().shape() : result.type());
    if (folder != null) {
      Files.createDirectories(folder);
      var file = result.name().replaceAll("[^A-Za-z0-9._-]", "_");
      var target = folder.resolve(file + ".npy");
      Npy.write(target, result.type(), result.data());
      if (!labels.isEmpty()) Files.write(folder.resolve(file + ".labels.txt"), labels);
      console.out().println(name + " -> " + target);
      return;
    }
    var array = result.toNdArray();
    var shown =
        IntStream.range(0, Math.min(SHOWN, array.size()))
            .mapToObj(
                i ->
                    array.type().dtype().isFloat()
                        ? "" + (float) array.at(i)
                        : isText ? labels.get((int) array.longAt(i)) : "" + array.longAt(i))
            .collect(Collectors.joining(" "));
    var more = array.size() > SHOWN ? " ..." : "";
    var keys = labels.isEmpty() || isText ? "" : " columns " + labels;
    console.out().println(name + keys + " " + shown + more);
  }
}
