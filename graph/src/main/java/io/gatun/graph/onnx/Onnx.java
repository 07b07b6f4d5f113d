package io.gatun.graph.onnx;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.onnx.export.ModelWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Reads and writes ONNX files.
public final class Onnx {
  private Onnx() {}

  /// The graph of a model whose dimensions are all given in the file.
  ///
  /// @throws OnnxException when the file is broken, an operator is not supported or a dimension is
  ///     open; [#model] binds those
  public static Graph read(Path path) {
    return model(path).graph();
  }

  /// The model of a file. Its weights stay in the mapped file.
  ///
  /// @throws OnnxException when the file is no model
  public static OnnxModel model(Path path) {
    var model = open(path);
    model.inputs();
    return model;
  }

  /// The model of a file, which is mapped now and parsed when something is asked of its content: a
  /// plan of it that was kept on disk is run without.
  ///
  /// @throws OnnxException when the file cannot be read; when it is no model, what asks first fails
  public static OnnxModel open(Path path) {
    return new OnnxModel(path);
  }

  /// The model of these bytes, which has no external data.
  ///
  /// @throws OnnxException when they are no model
  public static OnnxModel model(String name, byte[] bytes) {
    return new OnnxModel(name, ModelFile.parse(name, bytes));
  }

  /// Writes a graph as an ONNX file of opset 20, which other runtimes run: constants become
  /// initializers, above 2 GB in a file `NAME.data` beside it. An input that the graph updates in
  /// place is an output `INPUT.next` there.
  ///
  /// Integers outside of the range of the type that they are cast to, and NaNs where numbers are
  /// compared or sorted, are what the runtime makes of them.
  ///
  /// @throws OnnxException when ONNX cannot say an operation, naming it and the cure: random
  ///     numbers, convolutions of integers, gradients of filters
  public static void write(Graph graph, Path path) {
    new ModelWriter(ModelWriter.MOST).write(graph, path);
  }

  /// As [#write(String, IntFunction, Path)] for the dimension `batch` of a model.
  public static void write(Batched model, Path path) {
    write("batch", model::inferenceGraph, path);
  }

  /// Writes a file that takes any size of one dimension, which has the name `dimension` there. The
  /// graph is made for three sizes; numbers that differ between them become multiples of the
  /// dimension, plus an offset, that the file computes from an input's shape. A graph that takes
  /// another course at sizes that were not tried, as by a condition on the size, is written wrong.
  ///
  /// @param graphs the graph for a size of the dimension
  /// @throws OnnxException as [#write(Graph, Path)], or when the graphs have different operations
  /// or constants that do not follow the dimension
  public static void write(String dimension, IntFunction<Graph> graphs, Path path) {
    write(List.of(dimension), sizes -> graphs.apply(sizes.getFirst()), path);
  }

  /// As [#write(String, IntFunction, Path)] with up to three dimensions open, as `batch` and
  /// `length`. Each must be a dimension of an input; numbers may follow products of them too.
  ///
  /// @param graphs the graph for sizes of the dimensions, in the order of these
  /// @throws OnnxException as [#write(String, IntFunction, Path)]
  public static void write(
      List<String> dimensions, Function<List<Integer>, Graph> graphs, Path path) {
    new ModelWriter(ModelWriter.MOST).write(dimensions, graphs, path);
  }
}
