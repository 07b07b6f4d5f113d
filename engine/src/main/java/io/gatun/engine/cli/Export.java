package io.gatun.engine.cli;

import io.gatun.engine.Devices;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.onnx.Onnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes a trained model or a graph as an ONNX file.
@Command(
    name = "export",
    description = {
      "Writes a trained model, or a graph from its text, as an ONNX file of opset 20.",
      "",
      "Shapes are static: the file takes batches of the size given here."
    },
    footer = {
      "  gatun export mnist-model -o mnist.onnx",
      "  gatun export mnist-model -o mnist.onnx --batch 32",
      "  gatun export graph.ir -o graph.onnx",
      ""
    })
final class Export implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      description = "Folder that 'gatun train' wrote, a model file, or graph text (*.ir).")
  private Path path;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The ONNX file.")
  private Path output;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Samples in a batch of a trained model.")
  private int batch;

  private final Console console;

  Export(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (batch < 1) throw new IOException("--batch: " + batch + " is not positive");
    if (path.toString().endsWith(".ir")) {
      write(GraphFile.read(path));
      return 0;
    }
    try (var device = Devices.open("reference");
        var model = SavedModel.load(path, device)) {
      write(model.inferenceGraph(batch));
    }
    return 0;
  }

  private void write(Graph graph) throws IOException {
    Onnx.write(graph, output);
    console
        .out()
        .printf(
            "%s: %s -> %s, %,d bytes%n",
            output,
            graph.inputTypes(),
            graph.outputNodes().stream().map(node -> node.type()).toList(),
            Files.size(output));
  }
}
