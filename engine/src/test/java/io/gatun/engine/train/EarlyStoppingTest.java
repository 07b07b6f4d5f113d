package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
  private static final EarlyStopping LOSS = EarlyStopping.on(Monitor.validationLoss());

  @Test
  void patienceIsEpochsWithoutImprovement() {
    var learner = new CountingLearner();
    assertEquals(3, Runs.epochs(LOSS, learner, 3, 2, 2, 1));
    assertEquals(5, Runs.epochs(LOSS.withPatience(3), learner, 3, 2, 4, 4, 4, 1));
    assertEquals(6, Runs.epochs(LOSS.withPatience(3), learner, 3, 2, 4, 4, 1, 2));
  }

  @Test
  void smallChangesAreNone() {
    var stopping = EarlyStopping.on(Monitor.validationLoss().withLeastChange(0.1));
    assertEquals(3, Runs.epochs(stopping, new CountingLearner(), 3, 2, 1.95, 1));
  }

  @Test
  void accuracyIsBetterWhenItIsMore() {
    var stopping = EarlyStopping.on(Monitor.more("validation_accuracy"));
    assertEquals(3, Runs.epochs(stopping, new CountingLearner(), 3, 2, 2.5, 1));
    assertEquals(2, stopping.bestEpoch());
  }

  @Test
  void notANumberIsNoImprovement() {
    var learner = new CountingLearner();
    assertEquals(3, Runs.epochs(LOSS.withPatience(2), learner, 1, Double.NaN, Double.NaN, 0));
    assertEquals(4, Runs.epochs(LOSS.withPatience(2), learner, Double.NaN, 3, 2, 1));
  }

  @Test
  void theBestWeightsComeBack() {
    var learner = new CountingLearner();
    var stopping = LOSS.withPatience(2).restoringBest();
    assertEquals(4, Runs.epochs(stopping, learner, 3, 2, 4, 4, 1));
    assertEquals(2, learner.weight());
    assertEquals(2, stopping.bestEpoch());
    assertEquals(3, Runs.epochs(stopping, learner, 1, 2, 0.5));
    assertEquals(5, learner.weight());
    assertEquals(2, Runs.epochs(stopping, learner, 1, 2)); // done before patience ends
    assertEquals(6, learner.weight());
  }

  @Test
  void weightsStayWhenSomethingElseStopped() {
    var learner = new CountingLearner();
    var stopping = LOSS.withPatience(2).restoringBest();
    var control = new StopRecorder(learner);
    stopping.started(control);
    stopping.epochEnded(Runs.epoch(1, 1, 1), control);
    learner.addWeight(1);
    stopping.epochEnded(Runs.epoch(2, 1, 2), control);
    var interrupted = new Ending(Ending.Kind.STOPPED, "interrupted");
    stopping.ended(new History(List.of(), List.of(), interrupted), control);
    assertEquals(1, learner.weight());
  }

  @Test
  void anUnknownFigureIsNamed() {
    var stopping = EarlyStopping.on(Monitor.more("validation_f1"));
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Runs.epochs(stopping, new CountingLearner(), 1));
    assertTrue(e.getMessage().contains("validation_f1"), e.getMessage());
    assertTrue(e.getMessage().contains("validation_accuracy"), e.getMessage());
  }
}
