package io.gatun.engine.train;

import java.util.ArrayList;
import java.util.List;

/// A control that only notes why it was asked to stop.
record StopRecorder(LearnerState learner, List<String> reasons) implements Callback.Control {
  StopRecorder(LearnerState learner) {
    this(learner, new ArrayList<>());
  }

  @Override
  public void stop(String reason) {
    reasons.add(reason);
  }
}
