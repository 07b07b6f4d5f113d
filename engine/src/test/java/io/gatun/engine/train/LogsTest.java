package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.EngineException;
import io.gatun.engine.io.Csv;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The logs and exports of a run.
class LogsTest {
  @TempDir private Path folder;

  private static History fit(CountingLearner learner, int epochs, Callback callback) {
    var options =
        FitOptions.epochs(epochs)
            .withBatchSize(4)
            .withValidation(TrainerTest.upTo(5))
            .withCallback(callback);
    return Trainer.fit(learner, TrainerTest.upTo(10), options, 0);
  }

  @Test
  void csvHasALineAnEpoch() throws IOException {
    var file = folder.resolve("log.csv");
    var history = fit(new CountingLearner(), 3, new CsvLog(file));
    try (var arena = Arena.ofConfined()) {
      var csv = Csv.read(file, arena);
      assertEquals(
          List.of(
              "epoch",
              "step",
              "loss",
              "validation_loss",
              "learning_rate",
              "seconds",
              "samples_per_second",
              "waiting"),
          csv.columns());
      double[] values = csv.rows().toNdArray().toDoubles();
      assertEquals(3 * 8, values.length);
      var last = history.last();
      assertEquals(3, values[16]);
      assertEquals(9, values[17]);
      assertEquals(4.5, values[18]);
      assertEquals(2, values[19]);
      assertEquals(last.seconds(), values[21]);
      assertEquals(last.samplesPerSecond(), values[22]);
    }
    var exported = folder.resolve("history.csv");
    history.writeCsv(exported);
    assertEquals(Files.readString(file), Files.readString(exported));
  }

  @Test
  void aRunThatGoesOnGoesOnInItsFile() throws IOException {
    var csv = folder.resolve("log.csv");
    var lines = folder.resolve("log.jsonl");
    for (var log : List.of(new CsvLog(csv), new JsonLinesLog(lines))) {
      var learner = new CountingLearner();
      fit(learner, 2, log);
      try (var checkpoint = learner.snapshot(LearnerState.Part.ALL)) {
        fit(learner, 2, log); // lost: killed, and gone on from the checkpoint
        checkpoint.restore();
      }
      fit(learner, 1, log);
    }
    var epochs = Files.readAllLines(csv).stream().map(l -> l.split(",")[0]).toList();
    assertEquals(List.of("epoch", "1", "2", "3"), epochs);
    assertEquals(3 * 4, Files.readAllLines(lines).size());
    fit(new CountingLearner(), 1, new CsvLog(csv));
    assertEquals(2, Files.readAllLines(csv).size());
  }

  @Test
  void aLineThatWasCutOffGoes() throws IOException {
    var csv = folder.resolve("log.csv");
    var learner = new CountingLearner();
    fit(learner, 2, new CsvLog(csv));
    Files.writeString(csv, "2,6,4.", StandardOpenOption.APPEND);
    fit(learner, 1, new CsvLog(csv));
    assertEquals(4, Files.readAllLines(csv).size());
  }

  @Test
  void otherColumnsAreNamed() {
    var csv = folder.resolve("log.csv");
    var learner = new CountingLearner();
    fit(learner, 1, new CsvLog(csv));
    var options = FitOptions.epochs(1).withCallback(new CsvLog(csv));
    var e =
        assertThrows(
            EngineException.class, () -> Trainer.fit(learner, TrainerTest.upTo(10), options, 0));
    assertTrue(e.getMessage().contains("validation_loss"), e.getMessage());
  }

  @Test
  void jsonLinesHoldReportsAndEpochs() throws IOException {
    var file = folder.resolve("log.jsonl");
    fit(new CountingLearner(), 1, new JsonLinesLog(file));
    var json = new ObjectMapper();
    var lines = Files.readAllLines(file);
    assertEquals(4, lines.size());
    var progress = json.readTree(lines.get(1));
    assertEquals("progress", progress.get("event").asText());
    assertEquals(2, progress.get("step").asInt());
    var epoch = json.readTree(lines.get(3));
    assertEquals("epoch", epoch.get("event").asText());
    assertEquals(2, epoch.get("validation_loss").asDouble());
  }

  @Test
  void historyAsJson() throws IOException {
    var history =
        new History(
            List.of(Runs.epoch(1, 0.5, Double.NaN)),
            List.of(new History.Point(7, 0.25)),
            Ending.COMPLETED);
    var file = folder.resolve("history.json");
    history.writeJson(file);
    var json = new ObjectMapper().readTree(file.toFile());
    assertEquals("completed", json.get("ending").asText());
    assertEquals(0.5, json.get("epochs").get(0).get("accuracy").asDouble());
    assertTrue(json.get("epochs").get(0).get("validation_loss").isNull());
    assertEquals(7, json.get("losses").get(0).get("step").asInt());
  }

  @Test
  void theBestEpoch() {
    var history =
        new History(
            List.of(
                Runs.epoch(1, 0.5, Double.NaN), Runs.epoch(2, 0.4, 0.6), Runs.epoch(3, 0.3, 0.7)),
            List.of(),
            Ending.COMPLETED);
    assertEquals(2, history.best(Monitor.validationLoss()).number());
    assertEquals(3, history.best(Monitor.more("accuracy")).number());
    assertEquals(1, history.best(Monitor.less("accuracy")).number());
  }

  @Test
  void anUnwritableLogIsTold() throws IOException {
    var file = Files.createFile(folder.resolve("file"));
    var e =
        assertThrows(
            EngineException.class,
            () -> fit(new CountingLearner(), 1, new CsvLog(file.resolve("log.csv"))));
    assertTrue(e.getMessage().contains("log.csv"), e.getMessage());
  }
}
