package io.gatun.engine.cli;

import io.gatun.engine.nn.Model;
import io.gatun.engine.tensorboard.TensorBoard;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.TensorType;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The option of commands that train to show the training in TensorBoard.
public final class TensorBoardOption {
  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description =
          "Log losses, metrics, histograms of the parameters and the graph of a training step for"
              + " TensorBoard; several runs are compared in sub-folders of one folder.")
  private Path folder;

  /// Options that picocli fills in.
  public TensorBoardOption() {}

  /// Whether a log is asked for.
  public boolean wanted() {
    return folder != null;
  }

  /// The options with the log as one more callback, if it is asked for.
  public FitOptions addTo(FitOptions options, Model model, Dataset data) {
    if (!wanted()) return options;
    var types =
        Stream.concat(data.targets().stream(), data.weights().stream())
            .map(Column::rowType)
            .toArray(TensorType[]::new);
    int batch = Math.min(options.batchSize(), data.size());
    var graph = model.trainingGraph(batch, types);
    return options.withCallback(TensorBoard.to(folder).withGraph(graph));
  }
}
