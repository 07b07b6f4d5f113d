package io.gatun.bench.models;

import io.gatun.bench.FileRunner;
import io.gatun.bench.Numbers;
import io.gatun.bench.Peer;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.OnnxProgram;
import io.gatun.engine.ProcessMemory;
import io.gatun.engine.Tensor;
import io.gatun.engine.language.Gpt2Files;
import io.gatun.engine.language.Writer;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;

/// What a [FreshProcess] does: loads a model, runs it, and writes how long it took to the first
/// result and how much memory the process had at most.
public final class Probe {
  /// The ways to run a model.
  enum Kind {
    GATUN,
    ONNXRUNTIME,
    GPT2
  }

  private static final int RUNS = 10;
  private static final int PROMPT_TOKENS = 128;

  private final Properties found = new Properties();
  private final long start = System.nanoTime();

  private Probe() {}

  /// `FILE KIND MODEL NAME=TYPE:SHAPE...`, where FILE takes the figures: `input_ids=I64:1x128`.
  public static void main(String... arguments) throws IOException {
    var probe = new Probe();
    var inputs = new LinkedHashMap<String, TensorType>();
    for (String text : Arrays.asList(arguments).subList(3, arguments.length)) {
      int sign = text.lastIndexOf('=');
      int colon = text.lastIndexOf(':');
      var shape = Shape.parse(text.substring(colon + 1)).orElseThrow();
      var type = new TensorType(DType.valueOf(text.substring(sign + 1, colon)), shape);
      inputs.put(text.substring(0, sign), type);
    }
    var model = Path.of(arguments[2]);
    switch (Kind.valueOf(arguments[1])) {
      case GATUN -> probe.gatun(model, inputs);
      case ONNXRUNTIME -> probe.onnxRuntime(model, inputs);
      case GPT2 -> probe.gpt2(model);
    }
    try (var out = Files.newOutputStream(Path.of(arguments[0]))) {
      probe.found.store(out, "");
    }
  }

  private void put(String name, long value) {
    found.setProperty(name, Long.toString(value));
  }

  private void first() {
    put("nanos", System.nanoTime() - start);
  }

  private void peak() {
    put("peak", ProcessMemory.peak().orElse(0));
    put("files", ProcessMemory.mappedFiles().orElse(0));
    put("heap", Runtime.getRuntime().totalMemory());
  }

  private void gatun(Path file, Map<String, TensorType> types) throws IOException {
    try (var device = Devices.open("cpu");
        var program = new OnnxProgram(device, Onnx.open(file))) {
      var inputs = new LinkedHashMap<String, Tensor>();
      types.forEach((name, type) -> inputs.put(name, tensor(name, type)));
      for (int i = 0; i < RUNS; i++) {
        program.run(inputs).values().forEach(Tensor::close);
        if (i == 0) first();
      }
      peak();
      inputs.values().forEach(Tensor::close);
      put("weights", Files.size(file));
      put("arena", arena(device, file, types));
    }
  }

  private static Tensor tensor(String name, TensorType type) {
    var tensor = Tensor.allocate(name, type);
    Numbers.fill(name, type, tensor.data());
    return tensor;
  }

  private static long arena(Device device, Path file, Map<String, TensorType> types) {
    var bindings = Bindings.none();
    for (var entry : types.entrySet()) {
      bindings = bindings.shape(entry.getKey(), entry.getValue().shape());
    }
    var graph = Onnx.model(file).graph(bindings);
    return Compiler.compile(graph, device.target()).memory().arenaBytes();
  }

  private void onnxRuntime(Path file, Map<String, TensorType> types) {
    var runner =
        ServiceLoader.load(Peer.class).stream()
            .filter(peer -> FileRunner.class.isAssignableFrom(peer.type()))
            .map(peer -> (FileRunner) peer.get())
            .findFirst()
            .orElseThrow();
    try (var subject = runner.open(file, types, Integer.getInteger("gatun.probe.threads", 1))) {
      subject.nanos(1);
      first();
      subject.nanos(RUNS - 1);
      peak();
    }
  }

  private void gpt2(Path folder) throws IOException {
    try (var device = Devices.open("cpu");
        var arena = Arena.ofShared()) {
      var model = Gpt2Files.read(folder, arena);
      var prompt = Gpt2Weights.prompts(model, PROMPT_TOKENS).getFirst();
      try (var writer = Writer.of(device, model)) {
        writer.read(prompt);
        first();
        for (int i = 0; i < RUNS; i++) writer.read(i);
        peak();
        put("weights", Gpt2Weights.bytes(model));
        put("arena", writer.arenaBytes());
      }
    }
  }
}
