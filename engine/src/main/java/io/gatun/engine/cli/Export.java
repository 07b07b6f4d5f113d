package io.gatun.engine.cli;

import io.gatun.engine.Devices;
import io.gatun.graph.onnx.Onnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
      "The file of a trained model takes batches of any size, unless one is given here."
    },
    footer = {
      "  gatun export mnist-model -o mnist.onnx",
      "  gatun export mnist-model -o mnist.onnx --batch 1",
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
      description = "Samples in a batch of a trained model: any number unless given.")
  private Optional<Integer> batch;

  private final Console console;

  Export(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (batch.isPresent() && batch.get() < 1) {
      throw new IOException("--batch: " + batch.get() + " is not positive");
    }
    if (path.toString().endsWith(".ir")) {
      Onnx.write(GraphFile.read(path), output);
      return tell();
    }
    try (var device = Devices.open("reference");
        var model = SavedModel.load(path, device)) {
      if (batch.isPresent()) Onnx.write(model.inferenceGraph(batch.get()), output);
      else Onnx.write(model, output);
    }
    return tell();
  }

  private int tell() throws IOException {
    var written = Onnx.model(output);
    console
        .out()
        .printf(
            "%s: %s -> %s, %,d bytes%n",
            output, written.inputs(), written.outputs(), Files.size(output));
    return 0;
  }
}
