package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Saves the learner in the course of training. Where one checkpoint is kept it is
/// `checkpoint.safetensors`; where several are, `checkpoint-000000120.safetensors` by the number of
/// the step. A file is replaced whole, and older ones are deleted only after the new one is on the
/// disk: a full disk, or the process killed at any time, leaves the last good one. A checkpoint of
/// a learner whose loss is no longer finite is not written.
public final class ModelCheckpoint implements Callback {
  private static final String SUFFIX = ".safetensors";

  private final Path folder;
  private final String name;
  private final Optional<Monitor> monitor;
  private final OptionalInt everySteps;
  private final int kept;
  private final Duration pause;
  private long latestNanos;
  private double best;

  private ModelCheckpoint(
      Path folder,
      String name,
      Optional<Monitor> monitor,
      OptionalInt everySteps,
      int kept,
      Duration pause) {
    if (kept < 1) throw new IllegalArgumentException("checkpoints kept: " + kept + " < 1");
    if (everySteps.orElse(1) < 1) {
      throw new IllegalArgumentException("checkpoint every " + everySteps.getAsInt() + " steps");
    }
    this.folder = folder;
    this.name = name;
    this.monitor = monitor;
    this.everySteps = everySteps;
    this.kept = kept;
    this.pause = pause;
  }

  /// After every epoch, keeping the last.
  public static ModelCheckpoint everyEpoch(Path folder) {
    return new ModelCheckpoint(
        folder, "checkpoint", Optional.empty(), OptionalInt.empty(), 1, Duration.ZERO);
  }

  /// After every so many steps, counted since the parameters were made, also in the middle of an
  /// epoch, keeping the last.
  public static ModelCheckpoint everySteps(Path folder, int steps) {
    return new ModelCheckpoint(
        folder, "checkpoint", Optional.empty(), OptionalInt.of(steps), 1, Duration.ZERO);
  }

  /// After every epoch that is better than all before it, under the name `best`, keeping the last.
  public static ModelCheckpoint best(Path folder, Monitor monitor) {
    return new ModelCheckpoint(
        folder, "best", Optional.of(monitor), OptionalInt.empty(), 1, Duration.ZERO);
  }

  /// Keeps the last `count` checkpoints, those of earlier runs in the folder among them.
  public ModelCheckpoint keepingLast(int count) {
    return new ModelCheckpoint(folder, name, monitor, everySteps, count, pause);
  }

  /// Files with this name instead of `checkpoint` or `best`.
  public ModelCheckpoint named(String prefix) {
    return new ModelCheckpoint(folder, prefix, monitor, everySteps, kept, pause);
  }

  /// Leaves out checkpoints that come earlier than this after the one before, or after the start:
  /// writing a file safely takes some 10 milliseconds. Not for those of the best.
  public ModelCheckpoint atMostEvery(Duration time) {
    if (monitor.isPresent()) {
      throw new IllegalArgumentException("the best state cannot wait: " + monitor.get());
    }
    return new ModelCheckpoint(folder, name, monitor, everySteps, kept, time);
  }

  /// The newest checkpoint in a folder with the name `checkpoint`.
  public static Optional<Path> latest(Path folder) throws IOException {
    return latest(folder, "checkpoint");
  }

  /// The newest checkpoint in a folder: that of the highest step, else the one without a number.
  public static Optional<Path> latest(Path folder, String name) throws IOException {
    var numbered = numbered(folder, name);
    if (!numbered.isEmpty()) return Optional.of(numbered.getLast());
    return Optional.of(folder.resolve(name + SUFFIX)).filter(Files::exists);
  }

  private static List<Path> numbered(Path folder, String name) throws IOException {
    var files = new ArrayList<Path>();
    if (!Files.isDirectory(folder)) return files;
    var pattern = Pattern.compile(Pattern.quote(name) + "-\\d{9,18}" + Pattern.quote(SUFFIX));
    try (var entries = Files.newDirectoryStream(folder)) {
      for (var file : entries) {
        if (pattern.matcher(file.getFileName().toString()).matches()) files.add(file);
      }
    }
    files.sort(Comparator.comparing((Path file) -> file.toString().length()).thenComparing(f -> f));
    return files;
  }

  /// Sees early that the folder can be written to, and deletes what a process that was killed left.
  @Override
  public void started(Control control) {
    best = Double.NaN;
    latestNanos = System.nanoTime();
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "." + name, ".probe"));
      deleteLeftovers();
    } catch (IOException e) {
      throw new EngineException(
          "no checkpoints can be written to the folder %s (%s); give a folder that this user may write to"
              .formatted(folder, e),
          e);
    }
  }

  private void deleteLeftovers() throws IOException {
    try (var files = Files.newDirectoryStream(folder, "." + name + "*" + SUFFIX + ".*.tmp")) {
      for (var file : files) Files.deleteIfExists(file);
    }
  }

  @Override
  public boolean wantsSteps() {
    return everySteps.isPresent();
  }

  @Override
  public void stepEnded(long step, Control control) {
    if (step % everySteps.getAsInt() == 0) save(control.learner());
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    if (everySteps.isPresent()) return;
    if (monitor.isPresent()) {
      double value = monitor.get().value(epoch);
      if (!monitor.get().improves(value, best)) return;
      best = value;
    }
    save(control.learner());
  }

  private void save(LearnerState learner) {
    if (learner.firstBadStep().isPresent()) return;
    if (System.nanoTime() - latestNanos < pause.toNanos()) return;
    try {
      learner.save(file(learner.steps()));
      if (kept > 1) deleteOld();
      latestNanos = System.nanoTime();
    } catch (IOException e) {
      throw new EngineException(
          "the checkpoint of step " + learner.steps() + " failed: " + e.getMessage(), e);
    }
  }

  private Path file(long step) {
    return folder.resolve(name + (kept == 1 ? "" : "-%09d".formatted(step)) + SUFFIX);
  }

  private void deleteOld() throws IOException {
    var files = numbered(folder, name);
    for (var file : files.subList(0, Math.max(0, files.size() - kept))) {
      Files.deleteIfExists(file);
    }
  }
}
