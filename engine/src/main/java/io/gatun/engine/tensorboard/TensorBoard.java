package io.gatun.engine.tensorboard;

import io.gatun.engine.train.Callback;
import io.gatun.engine.train.Epoch;
import io.gatun.engine.train.History;
import io.gatun.engine.train.Progress;
import io.gatun.engine.train.Results;
import io.gatun.graph.ir.Graph;
import java.nio.file.Path;
import java.util.Optional;

/// Shows a training run in TensorBoard, while it goes on: `tensorboard --logdir FOLDER`. Two runs
/// are shown, `train` and `validation`, over the steps since the parameters were made:
///
/// - `loss`, `learning_rate`, `samples_per_second` and `waiting` at each report,
/// - `epoch/loss` and `epoch/NAME` of each metric after each epoch, also of the validation,
/// - histograms of all parameters after each epoch, under their names,
/// - the graph, if it is given.
///
/// A run that goes on from a checkpoint may log to the same folder.
public final class TensorBoard implements Callback {
  private final Path folder;
  private final int histogramEpochs;
  private final Optional<Graph> graph;
  private Optional<EventWriter> training = Optional.empty();
  private Optional<EventWriter> validation = Optional.empty();
  private long firstStep;

  private TensorBoard(Path folder, int histogramEpochs, Optional<Graph> graph) {
    if (histogramEpochs < 0) {
      throw new IllegalArgumentException("histograms every " + histogramEpochs + " epochs");
    }
    this.folder = folder;
    this.histogramEpochs = histogramEpochs;
    this.graph = graph;
  }

  /// Logs to a folder, with histograms after each epoch.
  public static TensorBoard to(Path folder) {
    return new TensorBoard(folder, 1, Optional.empty());
  }

  /// With histograms after every so many epochs; 0 for none.
  public TensorBoard withHistogramsEvery(int epochs) {
    return new TensorBoard(folder, epochs, graph);
  }

  /// With this graph, as that of a training step.
  public TensorBoard withGraph(Graph shown) {
    return new TensorBoard(folder, histogramEpochs, Optional.of(shown));
  }

  @Override
  public void started(Control control) {
    firstStep = control.learner().steps() + 1;
    training = Optional.of(open("train"));
    graph.ifPresent(training.get()::graph);
  }

  private EventWriter open(String run) {
    var writer = EventWriter.open(folder.resolve(run));
    if (firstStep > 1) writer.startAt(firstStep);
    return writer;
  }

  @Override
  public void progressed(Progress progress, Control control) {
    var writer = training.orElseThrow();
    long step = control.learner().steps();
    writer.scalar("loss", step, progress.recentLoss());
    writer.scalar("learning_rate", step, control.learner().scheduledRate());
    writer.scalar("samples_per_second", step, progress.samplesPerSecond());
    writer.scalar("waiting", step, progress.waiting());
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    var writer = training.orElseThrow();
    write(writer, epoch.step(), epoch.results());
    epoch.validation().ifPresent(results -> validated(epoch.step(), results));
    if (histogramEpochs == 0 || epoch.number() % histogramEpochs != 0) return;
    control
        .learner()
        .parameters()
        .forEach((name, tensor) -> writer.histogram(name, epoch.step(), tensor));
  }

  private void validated(long step, Results results) {
    if (validation.isEmpty()) validation = Optional.of(open("validation"));
    write(validation.get(), step, results);
  }

  private static void write(EventWriter writer, long step, Results results) {
    writer.scalar("epoch/loss", step, results.loss());
    results.metrics().forEach((name, value) -> writer.scalar("epoch/" + name, step, value));
  }

  @Override
  public void ended(History history, Control control) {
    training.ifPresent(EventWriter::close);
    validation.ifPresent(EventWriter::close);
    training = Optional.empty();
    validation = Optional.empty();
  }
}
