package io.gatun.bench.models;

import io.gatun.bench.models.Outcome.Measured;
import io.gatun.bench.models.Outcome.Skipped;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// The memory that is resident at most in a fresh process that runs a model and nothing else,
/// compiled before, over the bytes of its weights and of its plan's arena.
record PeakMemory(
    String name, Probe.Kind kind, NetworkFile file, Map<String, TensorType> inputs, Goal goal)
    implements Row {
  static PeakMemory of(String name, NetworkFile file, Map<String, TensorType> inputs, Goal goal) {
    return new PeakMemory(name, Probe.Kind.GATUN, file, inputs, goal);
  }

  static PeakMemory ofGpt2(String name, Goal goal) {
    return new PeakMemory(name, Probe.Kind.GPT2, Gpt2Weights.folder(), Map.of(), goal);
  }

  @Override
  public Outcome measure(Session session) throws IOException {
    var found = file.find(session.folder());
    if (found.isEmpty()) return new Skipped(name, file.cure());
    var path = found.get();
    var process = session.process();
    var compiling = process.run(kind, path, inputs);
    var figures = process.run(kind, path, inputs);
    boolean hasPeer = kind == Probe.Kind.GATUN && session.peer(Network.PEER).isPresent();
    Optional<Figure> other =
        hasPeer
            ? Optional.of(Figure.bytes(process.run(Probe.Kind.ONNXRUNTIME, path, inputs).peak()))
            : Optional.empty();
    double needed = figures.weights() + figures.arena();
    return new Measured(
        name,
        hasPeer ? Network.PEER : "",
        Figure.bytes(figures.peak()),
        other,
        Optional.of(Score.of(goal, figures.peak() / needed)),
        "weights %s, arena %s; in the process mapped files %s, Java heap %s; one that compiles %s"
            .formatted(
                Figure.bytes(figures.weights()).text(),
                Figure.bytes(figures.arena()).text(),
                Figure.bytes(figures.files()).text(),
                Figure.bytes(figures.heap()).text(),
                Figure.bytes(compiling.peak()).text()));
  }
}
