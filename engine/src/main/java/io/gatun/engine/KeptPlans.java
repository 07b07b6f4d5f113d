package io.gatun.engine;

import io.gatun.engine.PlanStore.Source;
import io.gatun.engine.cache.FileDigest;
import io.gatun.engine.profile.RecordedExecutable;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Compiles graphs that a program has built, and keeps their plans below the cache folder: a later
/// process that builds the same graph, on the same constants, loads what was compiled.
///
/// A plan is found by the graph's text, in which large constants are numbers, and counts only where
/// all bytes of these constants are those that it was made from. They are digested once for all
/// plans, since constants must not change while graphs use them. Programs whose plans are not kept
/// elsewhere, as those of ONNX files are by [OnnxProgram], gain from this in each start but the
/// first. For use by many threads.
public final class KeptPlans {
  /// Constants of up to so many bytes are in the text, which prints them in full.
  private static final int LARGE_BYTES = 64;

  private final Device device;
  private final Optional<PlanStore> store;
  private final Map<MemorySegment, Long> digests = new HashMap<>();

  /// A graph's text and its large constants, which have its numbers.
  private record Described(String text, List<Source> constants) {
    static Described of(Graph graph) {
      var constants = new LinkedHashMap<MemorySegment, Source>();
      var text =
          GraphText.print(
              graph,
              constant -> {
                var data = constant.value().data();
                if (data.byteSize() <= LARGE_BYTES) return constant.text();
                var number = Integer.toString(constants.size());
                return "constant $"
                    + constants.computeIfAbsent(data, d -> new Source(number, d)).location();
              });
      return new Described("graph\n" + text, List.copyOf(constants.values()));
    }

    /// One without bytes where no constant has that number.
    Source constant(String number) {
      return constants.stream()
          .filter(constant -> constant.location().equals(number))
          .findFirst()
          .orElse(new Source(number, MemorySegment.NULL));
    }
  }

  /// Plans for a device, in the cache folder of the current user. Where nothing can be kept there,
  /// or shall be (`GATUN_PLANS=off`), graphs are compiled.
  public KeptPlans(Device device) {
    this(device, PlanStore.of(device));
  }

  /// @param store where plans are kept
  KeptPlans(Device device, Optional<PlanStore> store) {
    this.device = device;
    this.store = store;
  }

  /// As [Device#compile], from the cache where the plan is there.
  ///
  /// @param name of the program, for messages and profiles
  /// @throws EngineException when memory does not suffice
  public Executable compile(String name, Graph graph) {
    if (store.isEmpty()) return device.compile(name, graph);
    var described = Described.of(graph);
    var found =
        store
            .get()
            .find(
                described.text(),
                described::constant,
                this::digest,
                new LaterPlan(() -> graph, device));
    if (found.isPresent()) return new RecordedExecutable(name, found.get());
    for (var constant : described.constants()) digest(constant.bytes());
    var executable = device.compile(name, graph);
    if (isUnchanged(described.constants())) {
      store.get().keep(described.text(), described.constants(), this::digest, executable);
    }
    return executable;
  }

  private long digest(MemorySegment constant) {
    synchronized (digests) {
      return digests.computeIfAbsent(constant, FileDigest::of);
    }
  }

  /// Whether mapped constants are what they were before the graph was compiled: somebody may have
  /// written to their files meanwhile.
  private boolean isUnchanged(List<Source> constants) {
    return constants.stream()
        .map(Source::bytes)
        .allMatch(data -> !data.isMapped() || FileDigest.of(data) == digest(data));
  }
}
