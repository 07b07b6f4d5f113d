package io.gatun.bench.models;

import io.gatun.bench.BoundGraph;
import io.gatun.bench.Workload.ModelFile;
import io.gatun.bench.models.Outcome.Skipped;
import java.io.IOException;

/// An ONNX file against ONNX Runtime: the time of a run, after both have given the same values.
///
/// @param sizes as [ModelFile#parse] reads them behind the `@`
/// @param norm by which values are the same
record Network(String name, NetworkFile file, String sizes, Agreement.Norm norm, Goal goal)
    implements Row {
  static final String PEER = "onnxruntime";

  /// One of floats.
  static Network of(String name, NetworkFile file, String sizes, double ratio) {
    return new Network(name, file, sizes, Agreement.Norm.GREATEST, Goal.ratio(ratio));
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
      return session.compare(this, peer.get(), gatun, other, model.sets(), norm);
    }
  }
}
