package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TrainerTest {
  /// Its loss is the mean of the inputs, and is bad from one step on.
  private static final class Counting implements Learner {
    private final long badStep;
    private double sum;
    private int samples;
    private long steps;
    private int epochs;
    private final List<Integer> evaluated = new ArrayList<>();

    Counting(long badStep) {
      this.badStep = badStep;
    }

    @Override
    public void train(Batch batch) {
      steps++;
      add(batch);
    }

    @Override
    public void evaluate(Batch batch) {
      evaluated.add(batch.size());
      add(batch);
    }

    private void add(Batch batch) {
      for (float x : batch.tensors().getFirst().toFloats()) sum += x;
      samples += batch.size();
    }

    @Override
    public void reset() {
      sum = 0;
      samples = 0;
    }

    @Override
    public Results results() {
      return new Results(sum / samples, Map.of());
    }

    @Override
    public long steps() {
      return steps;
    }

    @Override
    public OptionalLong firstBadStep() {
      return steps >= badStep ? OptionalLong.of(badStep) : OptionalLong.empty();
    }

    @Override
    public int epochs() {
      return epochs;
    }

    @Override
    public void completeEpoch() {
      epochs++;
    }
  }

  private static Dataset upTo(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) x[i] = i;
    return Dataset.of(Column.of(Tensor.of("x", TensorType.f32(n), x)));
  }

  @Test
  void epochsAreReportedInOrder() {
    var learner = new Counting(Long.MAX_VALUE);
    var told = new ArrayList<String>();
    var callback =
        new Callback() {
          @Override
          public void epochStarted(int number) {
            told.add("start " + number);
          }

          @Override
          public void progressed(Progress p) {
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
    assertEquals(List.of(4, 1, 4, 1), learner.evaluated);
    assertEquals(
        List.of(1.5, 5.5, 8.5), history.losses().stream().limit(3).map(p -> p.loss()).toList());
    assertEquals(6, history.losses().getLast().step());
  }

  @Test
  void aCallbackCanStop() {
    var learner = new Counting(Long.MAX_VALUE);
    var stopper =
        new Callback() {
          @Override
          public void epochEnded(Epoch epoch, Control control) {
            if (epoch.number() == 2) control.stop();
          }
        };
    var history = Trainer.fit(learner, upTo(10), FitOptions.epochs(9).withCallback(stopper), 0);
    assertEquals(2, history.epochs().size());
  }

  @Test
  void theStepOfABadLossIsNamed() {
    var options = FitOptions.epochs(5).withBatchSize(1);
    var e =
        assertThrows(
            TrainingException.class, () -> Trainer.fit(new Counting(1234), upTo(1000), options, 0));
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
            () -> Trainer.fit(new Counting(9), data, FitOptions.epochs(1), 0));
    assertSame(IllegalStateException.class, e.getCause().getClass());
  }
}
