package io.gatun.graph.onnx.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Output;
import io.gatun.graph.onnx.OnnxException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// Writes a graph as an ONNX file. A protocol buffer has less than 2 GiB: above that, and where the
/// caller says so, the constants go into a file beside it, `NAME.data`.
///
/// @param most bytes of constants that the model itself may hold
public record ModelWriter(long most) {
  /// The operator set of the files.
  public static final int OPSET = 20;

  private static final int IR_VERSION = 9;

  /// The largest model with its constants inside.
  public static final long MOST = 2_000_000_000L;

  /// Writes the file: whole or, when that fails, not at all.
  ///
  /// @throws OnnxException when ONNX cannot say an operation, naming it, or the file cannot be
  ///     written
  public void write(Graph graph, Path path) {
    save(emit(graph), path);
  }

  /// As [#write(Graph, Path)] with some dimensions left open.
  ///
  /// @param graphs the graph for sizes of the dimensions
  /// @throws OnnxException also when the graphs do not follow the dimensions
  public void write(List<String> dimensions, Function<List<Integer>, Graph> graphs, Path path) {
    save(OpenDimension.write(dimensions, sizes -> emit(graphs.apply(sizes))), path);
  }

  private static Emitter emit(Graph graph) {
    var taken = new HashSet<String>();
    for (var input : graph.inputs()) taken.add(((Input) input.op()).name());
    for (Output output : graph.outputs()) taken.add(name(output));
    var initializers = new Initializers(taken);
    var emitter = new Emitter(initializers);
    var inputs = new ArrayList<String>();
    for (var input : graph.inputs()) {
      String name = ((Input) input.op()).name();
      inputs.add(name);
      emitter.graph().addInput(Emitter.value(name, input.type()));
    }
    var values = new GraphWriter(emitter).write(graph, inputs);
    for (int i = 0; i < values.size(); i++) {
      var output = graph.outputs().get(i);
      emitter.alias(values.get(i), name(output));
      emitter.graph().addOutput(Emitter.value(name(output), output.node().type()));
    }
    emitter.graph().setName("gatun");
    emitter.prune();
    initializers.retain(emitter.read());
    return emitter;
  }

  /// A value that an input takes over in place has that input's name, with `.next` behind.
  private static String name(Output output) {
    return output.updates().isPresent() ? output.name() + ".next" : output.name();
  }

  private void save(Emitter emitter, Path path) {
    var parent = path.toAbsolutePath().getParent();
    var data = path.resolveSibling(path.getFileName() + ".data");
    try {
      // Not createTempFile, whose files only their owner may read.
      String part = "." + path.getFileName() + "." + UUID.randomUUID();
      var model = parent.resolve(part + ".onnx");
      var weights = parent.resolve(part + ".data");
      try {
        boolean external = emitter.initializers().bytes() > most;
        write(model, emitter, tensors(emitter, external, weights, data));
        if (external) Files.move(weights, data, StandardCopyOption.REPLACE_EXISTING);
        Files.move(model, path, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(model);
        Files.deleteIfExists(weights);
      }
    } catch (IOException e) {
      throw new OnnxException("cannot write " + path + ": " + e, e);
    }
  }

  private static List<TensorProto> tensors(
      Emitter emitter, boolean external, Path weights, Path data) throws IOException {
    if (!external) return emitter.initializers().tensors();
    try (var channel =
        FileChannel.open(weights, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return emitter.initializers().tensors(channel, data.getFileName().toString());
    }
  }

  private static void write(Path file, Emitter emitter, List<TensorProto> tensors)
      throws IOException {
    var model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("gatun")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(emitter.graph().addAllInitializer(tensors))
            .build();
    try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      model.writeTo(out);
    }
  }
}
