package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainerTest {
  static Dataset upTo(int n) {
    return ofValues(IntStream.range(0, n).asDoubleStream().toArray());
  }

  static Dataset ofValues(double... x) {
    return Dataset.of(Column.of("x", Literal.of(TensorType.f32(x.length), x)));
  }

  @Test
  void epochsAreReportedInOrder() {
    var learner = new CountingLearner();
    var told = new ArrayList<String>();
    var callback =
        new Callback() {
          @Override
          public void epochStarted(int number, Control control) {
            told.add("start " + number);
          }

          @Override
          public void progressed(Progress p, Control control) {
            told.add("%d/%d %d/%d".formatted(p.epoch(), p.epochs(), p.step(), p.steps()));
          }

          @Override
          public void epochEnded(Epoch epoch, Control control) {
            told.add("end " + epoch.number());
          }
        };
    var options =
        FitOptions.epochs(2)
            .withBatchSize(4)
            .withShuffle(false)
            .withValidation(upTo(5))
            .withCallback(callback);
    var history = Trainer.fit(learner, upTo(10), options, 0);
    assertEquals(
        List.of(
            "start 1", "1/2 1/3", "1/2 2/3", "1/2 3/3", "end 1", "start 2", "2/2 1/3", "2/2 2/3",
            "2/2 3/3", "end 2"),
        told);
    assertEquals(4.5, history.last().results().loss());
    assertEquals(2, history.last().validation().orElseThrow().loss());
    assertEquals(List.of(4, 1, 4, 1), learner.evaluated());
    assertEquals(
        List.of(1.5, 5.5, 8.5), history.losses().stream().limit(3).map(p -> p.loss()).toList());
    assertEquals(6, history.losses().getLast().step());
  }

  @Test
  void aCallbackCanStop() {
    var learner = new CountingLearner();
    var stopper =
        new Callback() {
          @Override
          public void epochEnded(Epoch epoch, Control control) {
            if (epoch.number() == 2) control.stop("enough");
          }
        };
    var history = Trainer.fit(learner, upTo(10), FitOptions.epochs(9).withCallback(stopper), 0);
    assertEquals(2, history.epochs().size());
    assertEquals(new Ending(Ending.Kind.STOPPED, "enough"), history.ending());
  }

  /// Stops after a step, of all runs.
  private record StopAfter(long last) implements Callback {
    @Override
    public boolean wantsSteps() {
      return true;
    }

    @Override
    public void stepEnded(long step, Control control) {
      if (step == last) control.stop("step " + step);
    }
  }

  @Test
  void stoppedInTheMiddleItGoesOnThere() {
    for (int stop = 1; stop <= 9; stop++) {
      var straight = new CountingLearner();
      var learner = new CountingLearner();
      var options = FitOptions.untilEpoch(3).withBatchSize(4).withValidation(upTo(5));
      var whole = Trainer.fit(straight, upTo(10), options, 7);
      var first = Trainer.fit(learner, upTo(10), options.withCallback(new StopAfter(stop)), 7);
      assertEquals(stop, learner.steps());
      assertEquals(stop / 3, first.epochs().size());
      assertEquals(new Ending(Ending.Kind.STOPPED, "step " + stop), first.ending());
      assertEquals(stop, first.losses().getLast().step());
      Trainer.evaluate(learner, upTo(3), 2);
      var rest = Trainer.fit(learner, upTo(10), options, 7);
      assertEquals(straight.seen(), learner.seen());
      var epochs = new ArrayList<>(first.epochs());
      epochs.addAll(rest.epochs());
      for (int i = 0; i < 3; i++) {
        assertEquals(whole.epochs().get(i).results(), epochs.get(i).results());
        assertEquals(whole.epochs().get(i).validation(), epochs.get(i).validation());
        assertEquals(i + 1, epochs.get(i).number());
      }
      assertEquals(Ending.COMPLETED, rest.ending());
    }
  }

  @Test
  void anotherDataSetCannotBeGoneOnWithInTheMiddle() {
    var learner = new CountingLearner();
    var options = FitOptions.epochs(3).withBatchSize(4);
    Trainer.fit(learner, upTo(10), options.withCallback(new StopAfter(2)), 7);
    var e = assertThrows(EngineException.class, () -> Trainer.fit(learner, upTo(11), options, 7));
    assertTrue(e.getMessage().contains("epoch 1 after 2 batches, 8 of 10"), e.getMessage());
    assertThrows(
        EngineException.class, () -> Trainer.fit(learner, upTo(10), options.withBatchSize(5), 7));
    learner.abandonEpoch();
    assertEquals(3, Trainer.fit(learner, upTo(11), options, 7).epochs().size());
  }

  @Test
  void stoppingBeforeAnEpochLeavesItUnbegun() {
    var learner = new CountingLearner();
    var stopper =
        new Callback() {
          @Override
          public void epochStarted(int number, Control control) {
            if (number == 2) control.stop("two");
          }
        };
    var history = Trainer.fit(learner, upTo(10), FitOptions.epochs(3).withCallback(stopper), 0);
    assertEquals(1, history.epochs().size());
    assertEquals(0, learner.epochStep());
  }

  @Test
  void divergenceCanKeepTheBest() {
    var learner = new CountingLearner(25);
    var options = FitOptions.epochs(5).withBatchSize(1).withDivergence(Divergence.KEEP_BEST);
    var history = Trainer.fit(learner, upTo(10), options, 0);
    assertEquals(Ending.Kind.DIVERGED, history.ending().kind());
    assertTrue(history.ending().reason().contains("step 25"), history.ending().reason());
    assertEquals(2, history.epochs().size());
    assertEquals(10, learner.steps()); // every epoch has the same loss: the first is the best
    assertEquals(1, learner.epochs());
  }

  @Test
  void callbacksAreToldOfTheEndWhenTrainingFails() {
    var endings = new ArrayList<Ending>();
    var callback =
        new Callback() {
          @Override
          public void ended(History history, Control control) {
            endings.add(history.ending());
          }
        };
    var options = FitOptions.epochs(5).withBatchSize(1).withCallback(callback);
    assertThrows(
        TrainingException.class, () -> Trainer.fit(new CountingLearner(3), upTo(10), options, 0));
    assertEquals(List.of(Ending.FAILED), endings);
  }

  @Test
  void theStepOfABadLossIsNamed() {
    var options = FitOptions.epochs(5).withBatchSize(1);
    var e =
        assertThrows(
            TrainingException.class,
            () -> Trainer.fit(new CountingLearner(1234), upTo(1000), options, 0));
    assertEquals(1234, e.step());
    assertTrue(e.getMessage().contains("epoch 2, step 234 of 1000"), e.getMessage());
    assertTrue(e.getMessage().contains("between steps"), e.getMessage());
  }

  @Test
  void aFailureOfTheGatheringThreadArrives() {
    var x = Tensor.of("x", TensorType.f32(4), 1, 2, 3, 4);
    var data = Dataset.of(Column.of(x));
    x.close();
    var e =
        assertThrows(
            EngineException.class,
            () -> Trainer.fit(new CountingLearner(9), data, FitOptions.epochs(1), 0));
    assertSame(IllegalStateException.class, e.getCause().getClass());
  }
}
