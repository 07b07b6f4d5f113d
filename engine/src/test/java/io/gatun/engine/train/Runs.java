package io.gatun.engine.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Epochs and callbacks for tests.
final class Runs {
  private Runs() {}

  /// An epoch of ten steps with these losses, the accuracy being one minus the loss.
  static Epoch epoch(int number, double loss, double validationLoss) {
    return new Epoch(
        number,
        10L * number,
        new Results(loss, Map.of("accuracy", 1 - loss)),
        Optional.of(new Results(validationLoss, Map.of("accuracy", 1 - validationLoss))),
        2,
        50,
        0.25,
        0.1);
  }

  /// Runs a callback over epochs with these validation losses until it stops; answers their number.
  static int epochs(Callback callback, CountingLearner learner, double... validationLosses) {
    var control = new StopRecorder(learner);
    callback.started(control);
    int number = 0;
    while (number < validationLosses.length && control.reasons().isEmpty()) {
      learner.addWeight(1);
      callback.epochEnded(epoch(number + 1, 1, validationLosses[number]), control);
      number++;
    }
    var ending =
        control.reasons().isEmpty()
            ? Ending.COMPLETED
            : new Ending(Ending.Kind.STOPPED, control.reasons().getFirst());
    callback.ended(new History(List.of(), List.of(), ending), control);
    return number;
  }
}
