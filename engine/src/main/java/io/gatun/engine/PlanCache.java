package io.gatun.engine;

import io.gatun.engine.PlanStore.Source;
import io.gatun.engine.cache.FileDigest;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Plans of a model's file on disk: what was compiled for inputs of some types is made ready by
/// later processes without parsing the model, planning it or asking LLVM.
///
/// An entry of the store is found by the path of the file and the types of the inputs. Its sources
/// are the files that the model is in: those that were changed in whatever way are compiled anew.
final class PlanCache {
  /// File systems tell times in steps of up to this.
  private static final Duration CLOCK = Duration.ofMillis(20);

  private final PlanStore store;
  private final OnnxModel model;
  private final OnnxModel.Source source;
  private final String identity;

  /// @param source the file of the model
  /// @param form names the graph that is made of the model; empty for its own
  PlanCache(PlanStore store, OnnxModel model, OnnxModel.Source source, String form)
      throws IOException {
    this.store = store;
    this.model = model;
    this.source = source;
    identity = String.join("\n", "file", source.path().toRealPath().toString(), form, "");
  }

  /// The cache of the current user for this model; empty where there is no store, or the model is
  /// in no file.
  ///
  /// @param form names the graph that is made of the model; empty for its own
  static Optional<PlanCache> of(Device device, OnnxModel model, String form) {
    if (model.source().isEmpty()) return Optional.empty();
    var store = PlanStore.of(device);
    if (store.isEmpty()) return Optional.empty();
    try {
      return Optional.of(new PlanCache(store.get(), model, model.source().get(), form));
    } catch (IOException e) {
      PlanStore.tell("plans are not kept", e);
      return Optional.empty();
    }
  }

  private String key(Map<String, TensorType> types) {
    var text = new StringBuilder(identity);
    new TreeMap<>(types).forEach((name, type) -> text.append(name).append(type).append('\n'));
    return text.toString();
  }

  /// The executable that was kept for the model with exactly these inputs.
  ///
  /// @param plan compiles it
  Optional<Executable> find(Map<String, TensorType> types, Supplier<Plan> plan) {
    return store.find(key(types), this::file, FileDigest::of, plan);
  }

  /// A file of the model.
  ///
  /// @param location below the model's folder; empty for the model's own file
  private Source file(String location) {
    return new Source(location, location.isEmpty() ? source.bytes() : model.dataFile(location));
  }

  /// Keeps an executable, where that can be done.
  ///
  /// @param types of all inputs of the model
  void keep(Map<String, TensorType> types, Executable executable) {
    var files = new ArrayList<Source>();
    files.add(file(""));
    model.dataFiles().forEach((location, bytes) -> files.add(new Source(location, bytes)));
    try {
      for (var file : files) if (isNew(file)) return;
    } catch (IOException e) {
      PlanStore.tell("a plan is not kept", e);
      return;
    }
    store.keep(key(types), files, FileDigest::of, executable);
  }

  /// Whether a file may have been written since the model was opened: what was computed from it is
  /// then perhaps of other weights than its digest.
  private boolean isNew(Source file) throws IOException {
    Path path = source.path();
    if (!file.location().isEmpty()) path = path.resolveSibling(file.location());
    Instant written = Files.getLastModifiedTime(path).toInstant();
    return written.isAfter(source.opened().minus(CLOCK));
  }
}
