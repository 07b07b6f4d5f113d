package io.gatun.engine.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Writes a line of JSON for each report and each epoch, told apart by `event`:
///
/// ```
/// {"event":"progress","step":120,"epoch":1,"loss":0.31,"samples_per_second":65432.0,"waiting":0.0}
/// {"event":"epoch","epoch":1,"step":1875,"loss":0.27,"accuracy":0.92,...}
/// ```
///
/// The loss of a report is the mean since the report before. What is not finite is `null`. A run
/// that goes on where another was stopped goes on in its file; a new run begins the file again.
public final class JsonLinesLog implements Callback {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private Optional<LogFile> log = Optional.empty();

  public JsonLinesLog(Path file) {
    this.file = file;
  }

  @Override
  public void started(Control control) {
    long steps = control.learner().steps();
    log = Optional.of(new LogFile(file, line -> stays(line, steps)));
  }

  /// The steps that the learner has seen; of a new run nothing, nor what no log wrote.
  private static boolean stays(String line, long steps) {
    try {
      var step = JSON.readTree(line).path("step");
      return step.isIntegralNumber() && step.asLong() <= steps;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  @Override
  public void progressed(Progress progress, Control control) {
    var fields = new LinkedHashMap<String, Number>();
    fields.put("step", control.learner().steps());
    fields.put("epoch", progress.epoch());
    fields.put("loss", progress.recentLoss());
    fields.put("samples_per_second", progress.samplesPerSecond());
    fields.put("waiting", progress.waiting());
    add("progress", EpochFields.json(fields));
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    add("epoch", EpochFields.json(epoch));
  }

  private void add(String event, ObjectNode fields) {
    var line = JSON.createObjectNode().put("event", event);
    log.orElseThrow().add(line.setAll(fields).toString());
  }

  @Override
  public void ended(History history, Control control) {
    log.ifPresent(LogFile::close);
    log = Optional.empty();
  }
}
