package io.gatun.bench.models;

import io.gatun.bench.Interleaved;
import io.gatun.bench.Peer;
import io.gatun.bench.Subject;
import io.gatun.bench.models.Outcome.Failed;
import io.gatun.bench.models.Outcome.Measured;
import io.gatun.engine.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What rows are measured with.
///
/// @param device Gatun's
/// @param threads of it and of the peers
/// @param folder for files of networks that are built
record Session(Device device, int threads, List<Peer> peers, Interleaved measurement, Path folder) {
  /// What brings the peers.
  static final String PEERS =
      "its library is in the Maven profile \"peers\": 'mvn -Ppeers -pl bench -am -DskipTests"
          + " package' fetches it once (200 MB), where Maven reaches a repository";

  /// The peer of this name; empty where its library is absent.
  Optional<Peer> peer(String name) {
    return peers.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /// What starts processes of their own.
  FreshProcess process() {
    return new FreshProcess(folder, threads);
  }

  /// Measures a row against a peer, after both have given the same values for `sets` sets of
  /// inputs.
  ///
  /// @param norm by which they are the same
  Outcome compare(Row row, Peer peer, Subject gatun, Subject other, int sets, Agreement.Norm norm) {
    var agreement = Agreement.of(gatun, other, sets, norm);
    if (!agreement.isGood()) return new Failed(row.name(), agreement.text());
    return measure(row, peer, gatun, other, agreement.text());
  }

  /// Measures a row against a peer, whatever their values.
  Outcome measure(Row row, Peer peer, Subject gatun, Subject other, String note) {
    var times = measurement.settledFor(peer.spinning()).measure(gatun, other);
    return new Measured(
        row.name(),
        peer.name(),
        Figure.nanos(times.medianOfA()),
        Optional.of(Figure.nanos(times.medianOfB())),
        Optional.of(Score.ratio(row.goal(), times)),
        note);
  }
}
