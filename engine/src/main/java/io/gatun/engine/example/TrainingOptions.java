package io.gatun.engine.example;

import io.gatun.engine.cli.CheckpointOptions;
import io.gatun.engine.cli.LearningRateOption;
import io.gatun.engine.cli.TensorBoardOption;

/// What the user wants of the training itself.
record TrainingOptions(
    CheckpointOptions checkpoint, TensorBoardOption board, LearningRateOption rates) {
  /// Whether something looks at the data before the training does.
  boolean lookAhead() {
    return board.wanted() || rates.wanted();
  }
}
