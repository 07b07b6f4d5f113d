package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LambdaCallbackTest {
  @Test
  void functionsAreCalled() {
    var told = new ArrayList<String>();
    var callback =
        LambdaCallback.onEpochStarted((number, _) -> told.add("start " + number))
            .withStepEnded((_, step) -> told.add("step " + step))
            .withProgress((progress, _) -> told.add("progress " + progress.step()))
            .withEpochEnded((epoch, control) -> control.stop("epoch " + epoch.number()));
    var options = FitOptions.epochs(5).withBatchSize(8).withCallback(callback);
    var history = Trainer.fit(new CountingLearner(), TrainerTest.upTo(10), options, 0);
    assertEquals(List.of("start 1", "step 1", "progress 1", "step 2", "progress 2"), told);
    assertEquals("epoch 1", history.ending().reason());
    assertFalse(LambdaCallback.onEpochEnded((_, _) -> {}).wantsSteps());
  }
}
