package io.gatun.bench.models;

import io.gatun.bench.BoundGraph;
import io.gatun.bench.Workload.ModelFile;
import io.gatun.bench.models.Outcome.Failed;
import io.gatun.bench.models.Outcome.Measured;
import io.gatun.bench.models.Outcome.Skipped;
import java.io.IOException;
import java.util.Optional;

/// An ONNX file against ONNX Runtime: the time of a run, after both have given the same values.
///
/// @param sizes as [ModelFile#parse] reads them behind the `@`
/// @param tolerance of the values, see [Agreement]
record Network(String name, NetworkFile file, String sizes, double tolerance, Goal goal)
    implements Row {
  private static final String PEER = "onnxruntime";

  /// One of floats.
  static Network of(String name, NetworkFile file, String sizes, double ratio) {
    return new Network(name, file, sizes, 1e-3, Goal.ratio(ratio));
  }

  @Override
  public Outcome measure(Session session) throws IOException {
    var path = file.find(session.folder());
    if (path.isEmpty()) return new Skipped(name, file.cure());
    var peer = session.peer(PEER);
    if (peer.isEmpty()) return new Skipped(name, "no " + PEER + ": " + Session.PEERS);
    var model = ModelFile.parse(sizes.isEmpty() ? path.get().toString() : path.get() + "@" + sizes);
    try (var other = peer.get().prepare(model, session.threads()).orElseThrow();
        var gatun = new BoundGraph(session.device(), model.graph(), model.sets()).subject()) {
      var agreement = Agreement.of(gatun, other, model.sets(), tolerance);
      if (!agreement.isGood()) return new Failed(name, agreement.text());
      var times = session.measurement().measure(gatun, other);
      return new Measured(
          name,
          PEER,
          Figure.nanos(times.medianOfA()),
          Optional.of(Figure.nanos(times.medianOfB())),
          Optional.of(Score.ratio(goal, times)),
          agreement.text());
    }
  }
}
