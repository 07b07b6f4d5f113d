package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckpointTest {
  @TempDir private Path folder;

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static void fit(LearnerState learner, Callback callback, int epochs) {
    var options = FitOptions.epochs(epochs).withBatchSize(4).withCallback(callback);
    Trainer.fit((Learner) learner, TrainerTest.upTo(10), options, 0);
  }

  @Test
  void oneFileIsReplaced() throws IOException {
    fit(new CountingLearner(), ModelCheckpoint.everyEpoch(folder), 3);
    assertEquals(List.of("checkpoint.safetensors"), files());
    assertEquals("step 9", Files.readString(ModelCheckpoint.latest(folder).orElseThrow()));
  }

  @Test
  void theLastOnesAreKeptAlsoAcrossRuns() throws IOException {
    var learner = new CountingLearner();
    var checkpoint = ModelCheckpoint.everySteps(folder, 2).keepingLast(3);
    fit(learner, checkpoint, 3);
    assertEquals(
        List.of(
            "checkpoint-000000004.safetensors",
            "checkpoint-000000006.safetensors",
            "checkpoint-000000008.safetensors"),
        files());
    fit(learner, checkpoint, 1);
    assertEquals("step 12", Files.readString(ModelCheckpoint.latest(folder).orElseThrow()));
    assertEquals(3, files().size());
  }

  @Test
  void pausesAreKept() throws IOException {
    var checkpoint = ModelCheckpoint.everySteps(folder, 1);
    fit(new CountingLearner(), checkpoint.atMostEvery(Duration.ofHours(1)), 3);
    assertEquals(List.of(), files());
    fit(new CountingLearner(), checkpoint.atMostEvery(Duration.ofNanos(1)), 3);
    assertEquals("step 9", Files.readString(ModelCheckpoint.latest(folder).orElseThrow()));
  }

  @Test
  void onlyTheBest() throws IOException {
    var learner = new CountingLearner();
    var control = new StopRecorder(learner);
    var checkpoint = ModelCheckpoint.best(folder, Monitor.validationLoss());
    checkpoint.started(control);
    checkpoint.epochEnded(Runs.epoch(1, 1, 2), control);
    Files.writeString(folder.resolve("best.safetensors"), "epoch 1");
    checkpoint.epochEnded(Runs.epoch(2, 1, 3), control);
    assertEquals("epoch 1", Files.readString(folder.resolve("best.safetensors")));
    checkpoint.epochEnded(Runs.epoch(3, 1, 1), control);
    assertEquals("step 0", Files.readString(ModelCheckpoint.latest(folder, "best").orElseThrow()));
  }

  @Test
  void aLearnerThatDivergedIsNotSaved() throws IOException {
    var learner = new CountingLearner(6);
    assertThrows(
        TrainingException.class, () -> fit(learner, ModelCheckpoint.everySteps(folder, 1), 9));
    assertEquals("step 5", Files.readString(folder.resolve("checkpoint.safetensors")));
  }

  @Test
  void leftoversOfAKilledProcessGo() throws IOException {
    Files.writeString(folder.resolve(".checkpoint.safetensors.0af-1.tmp"), "half");
    Files.writeString(folder.resolve(".other.safetensors.0af-1.tmp"), "not ours");
    fit(new CountingLearner(), ModelCheckpoint.everyEpoch(folder), 1);
    assertEquals(List.of(".other.safetensors.0af-1.tmp", "checkpoint.safetensors"), files());
  }

  @Test
  void aFolderThatCannotBeIsToldBeforeTraining() throws IOException {
    var file = Files.createFile(folder.resolve("file"));
    var learner = new CountingLearner();
    var e =
        assertThrows(
            EngineException.class,
            () -> fit(learner, ModelCheckpoint.everyEpoch(file.resolve("below")), 1));
    assertTrue(e.getMessage().contains("below"), e.getMessage());
    assertEquals(0, learner.steps());
  }

  @Test
  void noCheckpointIsNone() throws IOException {
    assertEquals(Optional.empty(), ModelCheckpoint.latest(folder));
    assertEquals(Optional.empty(), ModelCheckpoint.latest(folder.resolve("missing")));
  }
}
