package io.gatun.engine.nn;

import io.gatun.engine.train.Batch;
import io.gatun.engine.train.Learner;
import io.gatun.engine.train.Results;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;

/// A model as the training loop sees it.
final class ModelLearner implements Learner {
  private final Compilation compilation;
  private final Variables variables;
  private final Runner train;
  private final Runner evaluate;
  private long samples;

  ModelLearner(Compilation compilation, Variables variables, Runner train, Runner evaluate) {
    this.compilation = compilation;
    this.variables = variables;
    this.train = train;
    this.evaluate = evaluate;
  }

  @Override
  public void train(Batch batch) {
    train.run(batch.types(), batch.tensors(), List.of());
    samples += batch.size();
  }

  @Override
  public void evaluate(Batch batch) {
    evaluate.run(batch.types(), batch.tensors(), List.of());
    samples += batch.size();
  }

  @Override
  public void reset() {
    variables.reset();
    samples = 0;
  }

  @Override
  public Results results() {
    var metrics = new LinkedHashMap<String, Double>();
    for (var metric : compilation.metrics()) {
      var states = TrainingGraphs.states(metric).stream().map(variables::tensor).toList();
      metrics.put(metric.kind(), metric.result(states, samples));
    }
    double sum = variables.tensor(TrainingGraphs.LOSS_SUM).item();
    return new Results(samples == 0 ? 0 : sum / samples, metrics);
  }

  @Override
  public long steps() {
    return variables.count(TrainingGraphs.STEP);
  }

  @Override
  public OptionalLong firstBadStep() {
    long step = variables.count(TrainingGraphs.FIRST_BAD_STEP);
    return step == 0 ? OptionalLong.empty() : OptionalLong.of(step);
  }

  @Override
  public int epochs() {
    return Math.toIntExact(variables.count(TrainingGraphs.EPOCH));
  }

  @Override
  public void completeEpoch() {
    variables.setCount(TrainingGraphs.EPOCH, epochs() + 1L);
  }
}
