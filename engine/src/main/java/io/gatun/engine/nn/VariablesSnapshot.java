package io.gatun.engine.nn;

import io.gatun.engine.Tensor;
import io.gatun.engine.train.Snapshot;
import java.util.ArrayList;
import java.util.List;

/// Copies of some variables' tensors.
final class VariablesSnapshot implements Snapshot {
  private final List<Tensor> originals;
  private final List<Tensor> copies = new ArrayList<>();

  VariablesSnapshot(List<Tensor> originals) {
    this.originals = List.copyOf(originals);
    try {
      for (var tensor : this.originals) {
        copies.add(Tensor.allocate("copy of " + tensor.name(), tensor.type()));
      }
    } catch (RuntimeException outOfMemory) {
      close();
      throw outOfMemory;
    }
    update();
  }

  @Override
  public void update() {
    copy(originals, copies);
  }

  @Override
  public void restore() {
    copy(copies, originals);
  }

  private static void copy(List<Tensor> from, List<Tensor> to) {
    for (int i = 0; i < from.size(); i++) to.get(i).data().copyFrom(from.get(i).contents());
  }

  @Override
  public void close() {
    copies.forEach(Tensor::close);
  }
}
