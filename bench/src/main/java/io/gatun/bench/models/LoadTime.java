package io.gatun.bench.models;

import io.gatun.bench.models.Outcome.Measured;
import io.gatun.bench.models.Outcome.Skipped;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// From the begin of a fresh process to its first result, beside that of ONNX Runtime, which keeps
/// nothing on disk.
///
/// @param kept what it finds on disk
record LoadTime(String name, NetworkFile file, Map<String, TensorType> inputs, Kept kept, Goal goal)
    implements Row {
  private static final int MOST_REPETITIONS = 5;

  /// What a process finds on disk.
  enum Kept {
    NATIVES("natives unpacked, nothing compiled"),
    PLAN("plan and objects from the cache"),
    PLAN_AND_CLASSES("plan, objects and the JVM's classes (JEP 514) from caches");

    private final String text;

    Kept(String text) {
      this.text = text;
    }
  }

  @Override
  public Outcome measure(Session session) throws IOException {
    var path = file.find(session.folder());
    if (path.isEmpty()) return new Skipped(name, file.cure());
    var process = session.process();
    // Unpacks the natives, and fills the cache where it is asked for.
    process.run(Probe.Kind.GATUN, path.get(), inputs);
    if (kept == Kept.PLAN_AND_CLASSES) process = process.withClasses(path.get(), inputs);
    boolean hasPeer = session.peer(Network.PEER).isPresent();
    int repetitions = Math.min(MOST_REPETITIONS, session.measurement().pairs());
    double[] gatun = new double[repetitions];
    double[] other = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      if (kept == Kept.NATIVES) process.forget();
      gatun[i] = process.run(Probe.Kind.GATUN, path.get(), inputs).nanos() / 1e9;
      if (hasPeer) {
        other[i] = process.run(Probe.Kind.ONNXRUNTIME, path.get(), inputs).nanos() / 1e9;
      }
    }
    var score = Score.of(goal, gatun);
    return new Measured(
        name,
        hasPeer ? Network.PEER : "",
        Figure.nanos(score.value() * 1e9),
        hasPeer ? Optional.of(Figure.nanos(Score.of(goal, other).value() * 1e9)) : Optional.empty(),
        Optional.of(score),
        "fresh JVM, begin of main to the first result, " + kept.text);
  }
}
