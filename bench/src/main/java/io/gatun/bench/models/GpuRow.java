package io.gatun.bench.models;

import io.gatun.bench.PythonPeer;
import io.gatun.bench.Subject;
import io.gatun.bench.models.Outcome.Skipped;
import io.gatun.engine.Device;
import java.io.IOException;
import java.nio.file.Path;

/// A computation on a GPU beside PyTorch on the same one, which a Python process runs; see
/// `bench/python/gpu_peer.py`, which knows it by this name. Both have random numbers of their own,
/// so that values are not compared.
record GpuRow(String name, Maker maker) implements Row {
  static final String PEER = "pytorch-cuda";

  /// Makes the computation ready on a device.
  @FunctionalInterface
  interface Maker {
    /// @param folder for files that are written
    Subject on(Device device, Path folder) throws IOException;
  }

  @Override
  public Goal goal() {
    return Goal.ratio(1);
  }

  @Override
  public Outcome measure(Session session) throws IOException {
    if (!(session.peer(PEER).orElse(null) instanceof PythonPeer peer)) {
      return new Skipped(
          name, "no " + PEER + ": GATUN_BENCH_PYTHON names a Python that can import torch");
    }
    var found = peer.prepare(name);
    if (found.isEmpty()) return new Skipped(name, "PyTorch did not make it ready");
    try (var other = found.get();
        var gatun = maker.on(session.device(), session.folder())) {
      return session.measure(this, peer, gatun, other, "");
    }
  }
}
