package io.gatun.examples;

import io.gatun.engine.Device;
import io.gatun.engine.nn.Clipping;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Network;
import io.gatun.engine.nn.Objective;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.AdamW;
import io.gatun.engine.nn.optimizer.CosineDecay;
import io.gatun.engine.nn.optimizer.Decayed;
import io.gatun.engine.nn.optimizer.Warmup;
import io.gatun.engine.train.CsvLog;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.EarlyStopping;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.History;
import io.gatun.engine.train.LambdaCallback;
import io.gatun.engine.train.ModelCheckpoint;
import io.gatun.engine.train.Monitor;
import java.io.IOException;
import java.nio.file.Path;

/// What a compilation and a run can be told, and how a run goes on from its checkpoint.
final class TrainingRun {
  private TrainingRun() {}

  static History run(
      Device device,
      Network network,
      Dataset training,
      Dataset validation,
      int epochs,
      int steps,
      Path folder)
      throws IOException {
    // quote
    var objective =
        Objective.of(SparseCategoricalCrossEntropy.of().withSmoothing(0.1), new Accuracy())
            .withClassWeights(1, 4);
    var compilation =
        Compilation.of(AdamW.of(0.01).withWeightDecay(0.05, Decayed.MATRICES), objective)
            .withSchedule(new Warmup(10, new CosineDecay(steps, 0.1)))
            .withClipping(new Clipping.ByGlobalNorm(1))
            .withAccumulation(2)
            .withSeed(7);
    var patience = EarlyStopping.on(Monitor.validationLoss()).withPatience(5).restoringBest();
    var options =
        FitOptions.untilEpoch(epochs)
            .withBatchSize(16)
            .withValidation(validation)
            .withCallback(patience)
            .withCallback(ModelCheckpoint.everyEpoch(folder))
            .withCallback(new CsvLog(folder.resolve("history.csv")))
            .withCallback(
                LambdaCallback.onEpochEnded(
                    (epoch, control) -> {
                      if (epoch.results().metric("accuracy") == 1) control.stop("all are right");
                    }));
    try (var model = network.compile(device, compilation)) {
      var checkpoint = ModelCheckpoint.latest(folder);
      if (checkpoint.isPresent()) model.restore(checkpoint.get()); // goes on to the same bits
      return model.fit(training, options);
    }
    // end
  }
}
