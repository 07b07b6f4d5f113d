package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import java.nio.file.Path;
import java.util.Optional;

/// Writes a line of CSV for each epoch: number, step, loss, metrics, those of the validation,
/// learning rate, seconds, samples per second, fraction of time waiting for data. A run that goes
/// on where another was stopped goes on in its file; a new run begins the file again.
public final class CsvLog implements Callback {
  private final Path file;
  private Optional<LogFile> log = Optional.empty();
  private Optional<String> columns = Optional.empty();

  public CsvLog(Path file) {
    this.file = file;
  }

  @Override
  public void started(Control control) {
    int epochs = control.learner().epochs();
    var lines = new LogFile(file, line -> stays(line, epochs));
    log = Optional.of(lines);
    columns = lines.kept().stream().findFirst();
  }

  /// The header and the epochs that the learner has seen; of a new run nothing.
  private static boolean stays(String line, int epochs) {
    if (epochs == 0) return false;
    var first = line.split(",", 2)[0];
    return first.matches("\\d{1,9}") ? Integer.parseInt(first) <= epochs : first.equals("epoch");
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    var header = EpochFields.header(epoch);
    if (columns.isEmpty()) log.orElseThrow().add(header);
    else if (!columns.get().equals(header)) throw new EngineException(difference(header));
    columns = Optional.of(header);
    log.orElseThrow().add(EpochFields.csv(epoch));
  }

  private String difference(String header) {
    return "%s has the columns %s and cannot go on with %s; log to another file, or with the metrics and validation of the run before"
        .formatted(file, columns.orElseThrow(), header);
  }

  @Override
  public void ended(History history, Control control) {
    log.ifPresent(LogFile::close);
    log = Optional.empty();
  }
}
