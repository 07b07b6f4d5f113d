package io.gatun.engine.example;

import io.gatun.engine.Device;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Network;
import io.gatun.engine.plot.LearningRateCurve;
import io.gatun.engine.plot.Picture;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.CsvLog;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.LearningRateFinder.Point;
import io.gatun.engine.train.LearningRateFinder.Sweep;
import io.gatun.engine.train.TerminalProgress;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.Function;

/// What one run of an example has at hand.
public final class Session {
  private final Device device;
  private final Arena arena;
  private final Path folder;
  private final long seed;
  private final boolean quick;
  private final Integer epochs;
  private final TrainingOptions training;
  private final Report report;
  private final Terminal terminal;

  Session(
      Device device,
      Arena arena,
      Path folder,
      long seed,
      boolean quick,
      Integer epochs,
      TrainingOptions training,
      Report report,
      Terminal terminal) {
    this.device = device;
    this.arena = arena;
    this.folder = folder;
    this.seed = seed;
    this.quick = quick;
    this.epochs = epochs;
    this.training = training;
    this.report = report;
    this.terminal = terminal;
  }

  public Device device() {
    return device;
  }

  /// Memory that lives until the example ends.
  public Arena arena() {
    return arena;
  }

  public long seed() {
    return seed;
  }

  /// Random numbers of this run; `use` keeps those of different uses apart.
  public SplittableRandom random(int use) {
    return new SplittableRandom(seed * 31 + use);
  }

  /// Whether a short run was asked for.
  public boolean quick() {
    return quick;
  }

  /// One of two settings: for a full run or for a quick one.
  public int choose(int full, int inQuick) {
    return quick ? inQuick : full;
  }

  /// The epochs that the user wants, else so many.
  public int epochs(int full, int inQuick) {
    return epochs == null ? choose(full, inQuick) : epochs;
  }

  /// Tells the user something.
  public void say(String format, Object... arguments) {
    terminal.log().println(String.format(Locale.ROOT, format, arguments));
  }

  /// A file in the folder of this run.
  public Path file(String name) {
    return folder.resolve(name);
  }

  /// Where to tell of downloads and the like.
  public PrintStream warnings() {
    return terminal.console().err();
  }

  /// A column over a copy of these numbers.
  public Column column(String name, TensorType type, float... values) {
    var data = arena.allocate(type.bytes(), 64);
    NdArray.of(type, i -> values[i]).copyTo(data);
    return Column.of(name, Literal.of(type, data));
  }

  /// A model on the device with this run's seed; its summary is told.
  public Model model(Network network, Compilation compilation) {
    var model = network.compile(device, compilation.withSeed(seed));
    terminal.log().print(model.summary());
    return model;
  }

  /// Trains with progress on the terminal, a checkpoint, the history as a file, and a log for
  /// TensorBoard if the user wants it; times and memory go to the report. Where the user wants a
  /// learning rate instead, the example ends here.
  ///
  /// @param options whose epochs count from the first one, so that `--resume` ends where a run
  ///     without a stop ends
  /// @throws IOException when there is no checkpoint to go on from, or it is of another model
  public History fit(Model model, Dataset data, FitOptions options) throws IOException {
    return fit(model, prepared(model, data, options), all -> model.fit(data, all));
  }

  /// As [#fit(Model, Dataset, FitOptions)], with other samples in each epoch.
  public History fit(Model model, EpochData data, FitOptions options) throws IOException {
    var logged = options;
    if (training.lookAhead()) {
      try (var memory = Arena.ofShared()) {
        logged = prepared(model, data.of(0, memory), options);
      }
    }
    return fit(model, logged, all -> data.fit(model, all));
  }

  /// The options with the log that the user wants; ends the example where a rate is wanted instead.
  private FitOptions prepared(Model model, Dataset data, FitOptions options) {
    training.rates().sweep(model, data, options).ifPresent(this::end);
    return training.board().addTo(options, model, data);
  }

  private History fit(Model model, FitOptions options, Function<FitOptions, History> run)
      throws IOException {
    var all =
        options
            .withCallback(TerminalProgress.of(terminal.log()).every(spacing(options.epochs())))
            .withCallback(new CsvLog(folder.resolve("history.csv")));
    var history =
        training
            .checkpoint()
            .fit(model, run, all, folder, terminal.console())
            .orElseThrow(Interrupted::new);
    report.training(history, model.plannedBytes());
    return history;
  }

  /// From a hundred epochs on, ten of them are told.
  private static int spacing(int epochs) {
    return Math.max(1, epochs / 100 * 10);
  }

  private void end(Sweep sweep) {
    double suggestion = sweep.suggestion();
    var rates = sweep.points().stream().map(Point::rate).toList();
    var losses = sweep.points().stream().map(Point::smoothed).toList();
    var title = "loss, smoothed, in a training with a growing rate";
    picture(
        "learning-rate",
        new LearningRateCurve(title, rates, losses, OptionalDouble.of(suggestion)));
    throw new RateFound(suggestion);
  }

  /// Writes the model to the folder.
  public void save(Model model) throws IOException {
    var file = folder.resolve("model.safetensors");
    model.save(file);
    terminal.log().println("model: " + file);
  }

  /// The pictures of a training run on digits, in the folder.
  MnistPictures mnistPictures() {
    return new MnistPictures(folder, terminal.log()::println);
  }

  /// Writes a picture to the folder; where this machine cannot draw, that is told.
  public void picture(String name, Picture picture) {
    var file = folder.resolve(name + ".png");
    if (picture.writeOrWarn(file, warnings()::println)) terminal.log().println("picture: " + file);
  }
}
