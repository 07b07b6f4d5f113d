package io.gatun.engine.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gatun.engine.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a training run went through.
///
/// @param epochs completed, in order
/// @param losses points of the loss curve, in order
/// @param ending how it came to its end
public record History(List<Epoch> epochs, List<Point> losses, Ending ending) {
  /// Mean loss over the steps that end with `step`.
  ///
  /// @param step counted from 1 since the parameters were made
  public record Point(long step, double loss) {
    private Map<String, Number> fields() {
      var fields = new LinkedHashMap<String, Number>();
      fields.put("step", step);
      fields.put("loss", loss);
      return fields;
    }
  }

  public History {
    epochs = List.copyOf(epochs);
    losses = List.copyOf(losses);
  }

  /// The last epoch.
  ///
  /// @throws java.util.NoSuchElementException when none was completed
  public Epoch last() {
    return epochs.getLast();
  }

  /// The best epoch; the first of several that are equal.
  ///
  /// @throws java.util.NoSuchElementException when none was completed
  public Epoch best(Monitor monitor) {
    var any = monitor.withLeastChange(0);
    var best = epochs.getFirst();
    for (var epoch : epochs) {
      if (any.improves(any.value(epoch), any.value(best))) best = epoch;
    }
    return best;
  }

  /// Writes a line of CSV for each epoch, as [CsvLog] does, atomically.
  public void writeCsv(Path file) throws IOException {
    var lines = new ArrayList<String>();
    if (!epochs.isEmpty()) lines.add(EpochFields.header(epochs.getFirst()));
    epochs.forEach(epoch -> lines.add(EpochFields.csv(epoch)));
    AtomicFile.writeText(file, LogFile.text(lines));
  }

  /// Writes everything as JSON, atomically: `{"ending": "completed", "reason": ..., "epochs":
  /// [{"epoch": 1, "step": 32, "loss": 0.5, ...}], "losses": [{"step": 1, "loss": 0.9}, ...]}`.
  /// What is not finite is `null`.
  public void writeJson(Path file) throws IOException {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("ending", ending.kind().name().toLowerCase(Locale.ROOT));
    json.put("reason", ending.reason());
    var list = json.putArray("epochs");
    epochs.forEach(epoch -> list.add(EpochFields.json(epoch)));
    var points = json.putArray("losses");
    losses.forEach(p -> points.add(EpochFields.json(p.fields())));
    AtomicFile.writeText(file, json.toPrettyString() + "\n");
  }
}
