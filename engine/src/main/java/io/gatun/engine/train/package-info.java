/// Data sets, the training loop, callbacks and progress on a terminal. Knows nothing of layers:
/// what is trained is a [io.gatun.engine.train.Learner], of which callbacks see a
/// [io.gatun.engine.train.LearnerState].
///
/// A run that was stopped, by a callback or by Ctrl-C, goes on in the middle of its epoch to the
/// same bits, from the learner in memory or from a file:
///
/// ```
/// try (var interrupt = StopOnInterrupt.open(() -> System.err.println("saving ..."))) {
///   var history =
///       model.fit(
///           training,
///           FitOptions.untilEpoch(20)
///               .withValidation(validation)
///
/// .withCallback(EarlyStopping.on(Monitor.validationLoss()).withPatience(3).restoringBest())
///               .withCallback(ModelCheckpoint.everySteps(folder, 1000).keepingLast(3))
///               .withCallback(new CsvLog(folder.resolve("history.csv")))
///               .withCallback(interrupt));
///   if (interrupt.isInterrupted()) model.save(folder.resolve("checkpoint.safetensors"));
/// }
/// ```
package io.gatun.engine.train;
