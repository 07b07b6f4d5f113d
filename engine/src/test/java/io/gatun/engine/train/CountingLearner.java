package io.gatun.engine.train;

import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Learns nothing: its loss is the mean of the inputs, and is bad from one step on.
final class CountingLearner implements Learner {
  private record State(
      double weight, double sum, long samples, long steps, int epochs, int epochStep, long size) {}

  private final long badStep;
  private final List<Integer> evaluated = new ArrayList<>();
  private final List<List<Float>> seen = new ArrayList<>();
  private final Tensor weight = Tensor.wrap("weight", TensorType.f32(), Arena.ofAuto().allocate(4));
  private double rate = 0.1;
  private State state = new State(0, 0, 0, 0, 0, 0, 0);

  CountingLearner() {
    this(Long.MAX_VALUE);
  }

  CountingLearner(long badStep) {
    this.badStep = badStep;
  }

  /// Sizes of the batches evaluated.
  List<Integer> evaluated() {
    return evaluated;
  }

  /// The batches trained on.
  List<List<Float>> seen() {
    return seen;
  }

  /// What [Snapshot]s of the weights hold.
  double weight() {
    return state.weight;
  }

  void addWeight(double change) {
    var s = state;
    state = new State(s.weight + change, s.sum, s.samples, s.steps, s.epochs, s.epochStep, s.size);
  }

  @Override
  public void train(Batch batch) {
    var values = new ArrayList<Float>();
    for (float x : batch.tensors().getFirst().toFloats()) values.add(x);
    seen.add(values);
    add(batch);
    var s = state;
    state =
        new State(s.weight + 1, s.sum, s.samples, s.steps + 1, s.epochs, s.epochStep + 1, s.size);
  }

  @Override
  public void evaluate(Batch batch) {
    evaluated.add(batch.size());
    add(batch);
  }

  private void add(Batch batch) {
    double sum = state.sum;
    for (float x : batch.tensors().getFirst().toFloats()) sum += x;
    sums(sum, state.samples + batch.size());
  }

  private void sums(double sum, long samples) {
    var s = state;
    state = new State(s.weight, sum, samples, s.steps, s.epochs, s.epochStep, s.size);
  }

  @Override
  public void reset() {
    sums(0, 0);
  }

  @Override
  public long samples() {
    return state.samples;
  }

  @Override
  public Results results() {
    return new Results(state.sum / state.samples, Map.of());
  }

  @Override
  public long steps() {
    return state.steps;
  }

  @Override
  public OptionalLong firstBadStep() {
    return state.steps >= badStep ? OptionalLong.of(badStep) : OptionalLong.empty();
  }

  @Override
  public int epochs() {
    return state.epochs;
  }

  @Override
  public int epochStep() {
    return state.epochStep;
  }

  @Override
  public long epochSize() {
    return state.size;
  }

  @Override
  public void startEpoch(long size) {
    state = new State(state.weight, 0, 0, state.steps, state.epochs, 0, size);
  }

  @Override
  public void abandonEpoch() {
    startEpoch(0);
  }

  @Override
  public void completeEpoch() {
    var s = state;
    state = new State(s.weight, s.sum, s.samples, s.steps, s.epochs + 1, 0, 0);
  }

  @Override
  public double learningRate() {
    return rate;
  }

  @Override
  public double scheduledRate() {
    return rate;
  }

  @Override
  public void setLearningRate(double value) {
    rate = value;
  }

  @Override
  public Map<String, Tensor> parameters() {
    return Map.of("weight", weight);
  }

  @Override
  public void save(Path file) throws IOException {
    Files.writeString(file, "step " + state.steps);
  }

  @Override
  public Snapshot snapshot(Part part) {
    return new Snapshot() {
      private State copy = state;
      private double rateCopy = rate;

      @Override
      public void update() {
        copy = state;
        rateCopy = rate;
      }

      @Override
      public void restore() {
        var s = state;
        switch (part) {
          case ALL -> {
            state = copy;
            rate = rateCopy;
          }
          case SUMS -> sums(copy.sum, copy.samples);
          case WEIGHTS ->
              state =
                  new State(copy.weight, s.sum, s.samples, s.steps, s.epochs, s.epochStep, s.size);
        }
      }

      @Override
      public void close() {}
    };
  }
}
