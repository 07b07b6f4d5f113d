package io.gatun.engine.nn;

import io.gatun.engine.Tensor;
import io.gatun.engine.metric.ConfusionMatrix;
import io.gatun.engine.nn.Variable.Role;
import io.gatun.engine.train.Batch;
import io.gatun.engine.train.BatchMemory;
import io.gatun.engine.train.Batches;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.Learner;
import io.gatun.engine.train.Results;
import io.gatun.engine.train.Snapshot;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// A model as the training loop sees it.
final class ModelLearner implements Learner {
  private final BatchMemory memory;
  private final TrainingGraphs graphs;
  private final Sums sums;
  private final Variables variables;
  private final Runner train;
  private final Runner gather;
  private final Runner evaluate;
  private final MemorySegment samples;
  private final MemorySegment epochStep;

  /// @param memory where batches are gathered
  /// @param gather trains on all batches but each of those that the gathered ones are used with
  ModelLearner(
      BatchMemory memory,
      TrainingGraphs graphs,
      Sums sums,
      Variables variables,
      Runner train,
      Runner gather,
      Runner evaluate) {
    this.memory = memory;
    this.graphs = graphs;
    this.sums = sums;
    this.variables = variables;
    this.train = train;
    this.gather = gather;
    this.evaluate = evaluate;
    samples = variables.tensor(TrainingVariables.SAMPLES).data();
    epochStep = variables.tensor(TrainingVariables.EPOCH_STEP).data();
  }

  private static void add(MemorySegment counter, long count) {
    counter.set(ValueLayout.JAVA_LONG, 0, counter.get(ValueLayout.JAVA_LONG, 0) + count);
  }

  @Override
  public BatchMemory batchMemory() {
    return memory;
  }

  @Override
  public void train(Batch batch) {
    int every = graphs.compilation().accumulation();
    // The count of steps may lie in the device's memory: it is asked for only where it matters.
    var step = every == 1 || (steps() + 1) % every == 0 ? train : gather;
    step.run(batch.types(), batch.tensors(), List.of());
    add(samples, batch.size());
    add(epochStep, 1);
  }

  @Override
  public void evaluate(Batch batch) {
    evaluate.run(batch.types(), batch.tensors(), List.of());
    add(samples, batch.size());
  }

  /// The confusion matrix of a data set; the running sums stay as they are.
  ConfusionMatrix confusionMatrix(Dataset data, int batchSize) {
    try (var batches = Batches.inOrder(data, batchSize, memory);
        var kept = snapshot(Part.SUMS)) {
      reset();
      try {
        for (int step = 0; step < batches.steps(); step++) evaluate(batches.next());
        return sums.confusion(variables);
      } finally {
        kept.restore();
      }
    }
  }

  @Override
  public void reset() {
    variables.reset();
  }

  @Override
  public Results results() {
    double sum = variables.tensor(TrainingVariables.LOSS_SUM).item();
    return new Results(samples() == 0 ? 0 : sum / samples(), sums.figures(variables, samples()));
  }

  @Override
  public long samples() {
    return samples.get(ValueLayout.JAVA_LONG, 0);
  }

  @Override
  public long steps() {
    return variables.count(TrainingVariables.STEP);
  }

  @Override
  public OptionalLong firstBadStep() {
    long step = variables.count(TrainingVariables.FIRST_BAD_STEP);
    return step == 0 ? OptionalLong.empty() : OptionalLong.of(step);
  }

  @Override
  public int epochs() {
    return Math.toIntExact(variables.count(TrainingVariables.EPOCH));
  }

  @Override
  public int epochStep() {
    return Math.toIntExact(variables.count(TrainingVariables.EPOCH_STEP));
  }

  @Override
  public long epochSize() {
    return variables.count(TrainingVariables.EPOCH_SIZE);
  }

  @Override
  public void startEpoch(long size) {
    abandonEpoch();
    reset();
    variables.setCount(TrainingVariables.EPOCH_SIZE, size);
  }

  @Override
  public void abandonEpoch() {
    variables.setCount(TrainingVariables.EPOCH_STEP, 0);
    variables.setCount(TrainingVariables.EPOCH_SIZE, 0);
  }

  @Override
  public void completeEpoch() {
    abandonEpoch();
    variables.setCount(TrainingVariables.EPOCH, epochs() + 1L);
  }

  @Override
  public double learningRate() {
    return variables.tensor(TrainingVariables.LEARNING_RATE).item();
  }

  @Override
  public double scheduledRate() {
    var compilation = graphs.compilation();
    long update = Math.max(1, steps() / compilation.accumulation());
    return learningRate() * compilation.schedule().at(update);
  }

  @Override
  public void setLearningRate(double rate) {
    Checks.range("learning rate", rate, 0, Double.POSITIVE_INFINITY);
    var data = variables.tensor(TrainingVariables.LEARNING_RATE).data();
    data.set(ValueLayout.JAVA_FLOAT, 0, (float) rate);
  }

  @Override
  public Map<String, Tensor> parameters() {
    var parameters = new LinkedHashMap<String, Tensor>();
    for (var variable : variables.declared()) {
      if (variable.role() != Role.PARAMETER) continue;
      parameters.put(variable.name(), variables.tensor(variable));
    }
    return Collections.unmodifiableMap(parameters);
  }

  @Override
  public void save(Path file) throws IOException {
    ModelFile.write(file, graphs, variables);
  }

  @Override
  public Snapshot snapshot(Part part) {
    return switch (part) {
      case WEIGHTS -> variables.snapshot(v -> v.role() == Role.PARAMETER || v.role() == Role.STATE);
      case SUMS -> variables.snapshot(v -> v.role() == Role.RUNNING);
      case ALL -> variables.snapshot(_ -> true);
    };
  }
}
