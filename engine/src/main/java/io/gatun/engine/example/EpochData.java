package io.gatun.engine.example;

import io.gatun.engine.nn.Model;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.Ending;
import io.gatun.engine.train.Epoch;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.LambdaCallback;
import java.lang.foreign.Arena;
import java.util.ArrayList;

/// Samples that are others in each epoch.
@FunctionalInterface
public interface EpochData {
  /// The samples of an epoch, a function of its number alone.
  ///
  /// @param epoch from 0
  /// @param arena where they are allocated; closed when the epoch is done
  Dataset of(int epoch, Arena arena);

  /// Trains an epoch after the other, as if they were one run.
  ///
  /// @param options whose epochs count from the first one
  default History fit(Model model, FitOptions options) {
    var next = LambdaCallback.onEpochEnded((_, control) -> control.stop("other samples are next"));
    var epochs = new ArrayList<Epoch>();
    var losses = new ArrayList<History.Point>();
    var learner = model.learner();
    History part;
    int done;
    do {
      done = learner.epochs();
      try (var memory = Arena.ofShared()) {
        part = model.fit(of(done, memory), options.withCallback(next));
      }
      epochs.addAll(part.epochs());
      losses.addAll(part.losses());
    } while (learner.epochs() > done && learner.epochs() < options.epochs());
    boolean all = learner.epochs() == options.epochs();
    var ending = all ? new Ending(Ending.Kind.COMPLETED, "all epochs are done") : part.ending();
    return new History(epochs, losses, ending);
  }
}
