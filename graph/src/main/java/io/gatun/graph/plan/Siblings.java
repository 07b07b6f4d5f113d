package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopPattern;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Merges groups that are complete: those that fold rows with what follows from the rows, those
/// that walk the same loops into one loop, and, for a target where each launch has its price, loops
/// of one program over different arrays into one launch.
final class Siblings {
  /// Arrays up to this size may live longer for a launch less.
  private static final long SMALL = 64 * 1024;

  /// Single elements last: their launch must fit others first.
  private static final Comparator<Candidate> ORDER =
      Comparator.comparing((Candidate c) -> c.pattern.points() == 1)
          .thenComparing(c -> c.cluster.nodes.last().id());

  private final Fuser fuser;

  Siblings(Fuser fuser) {
    this.fuser = fuser;
  }

  void merge() {
    mergeRows();
    if (fuser.target().batchesLoops()) {
      mergeLoops(true);
      batch();
    }
    mergeLoops(false);
  }

  // --- rows

  /// Lets kernels that fold rows also do what follows from rows and their folds, element by
  /// element.
  private void mergeRows() {
    for (Cluster cluster : List.copyOf(fuser.clusters())) {
      if (cluster.hasAnchor() || cluster.isClosed() || joinsFolds(cluster)) continue;
      for (Cluster source : sources(cluster)) {
        if (source.foldsRows() && fuser.mergeInto(source, cluster)) break;
      }
    }
  }

  /// Whether a group joins several folds of everything, which are better made in one launch.
  private boolean joinsFolds(Cluster cluster) {
    return fuser.target().batchesLoops()
        && cluster.kernel().buffers().stream()
                .filter(n -> !cluster.results.contains(n) && Cluster.isWholeFold(n))
                .count()
            > 1;
  }

  // --- the same loops

  /// @param related whether only groups are merged that read an array of several elements in common
  private void mergeLoops(boolean related) {
    var byLoops = new HashMap<String, List<Cluster>>();
    for (Cluster cluster : fuser.clusters()) {
      if (cluster.kernel() instanceof LoopKernel kernel) {
        byLoops.computeIfAbsent(loops(kernel), _ -> new ArrayList<>()).add(cluster);
      }
    }
    for (var siblings : byLoops.values()) {
      for (int i = 0; i < siblings.size(); i++) {
        for (int j = siblings.size() - 1; j > i; j--) {
          if (related && !areRelated(siblings.get(i), siblings.get(j))) continue;
          if (fuser.mergeInto(siblings.get(i), siblings.get(j))) siblings.remove(j);
        }
      }
    }
  }

  private static String loops(LoopKernel kernel) {
    return kernel.outer().stream().map(Var::extent).toList()
        + " "
        + kernel.inner().stream().map(Var::extent).toList();
  }

  /// Groups that one launch could run side by side are better merged so, with more like them,
  /// unless they share what they read.
  private static boolean areRelated(Cluster a, Cluster b) {
    return pattern(a).isEmpty()
        || pattern(b).isEmpty()
        || a.kernel().buffers().stream()
            .anyMatch(n -> n.type().size() > 1 && b.kernel().buffers().contains(n));
  }

  private static Optional<LoopPattern> pattern(Cluster cluster) {
    return cluster.kernel() instanceof LoopKernel loop ? LoopPattern.of(loop) : Optional.empty();
  }

  // --- the same program

  /// A group that may run in one launch with others.
  ///
  /// @param before all groups that run before it
  /// @param sources those of them that make what it reads
  /// @param isPatient whether no large array lives longer when it runs later
  private record Candidate(
      Cluster cluster,
      LoopPattern pattern,
      Set<Cluster> before,
      Set<Cluster> sources,
      boolean isPatient) {}

  /// Groups to run in one launch.
  private static final class Batch {
    final LoopPattern pattern;
    final Set<Cluster> members = new LinkedHashSet<>();
    final Set<Cluster> before = new HashSet<>();
    final Set<Cluster> sources = new HashSet<>();
    boolean isPatient = true;

    Batch(LoopPattern pattern) {
      this.pattern = pattern;
    }

    /// Whether neither needs the other, and no large array waits for the launch: either both wait
    /// for the same already, or their arrays live on in any case.
    boolean takes(Candidate candidate) {
      return pattern.isAlike(candidate.pattern)
          && !before.contains(candidate.cluster)
          && Collections.disjoint(candidate.before, members)
          && (isPatient && candidate.isPatient
              || before.containsAll(candidate.sources) && candidate.before.containsAll(sources));
    }

    void add(Candidate candidate) {
      members.add(candidate.cluster);
      before.addAll(candidate.before);
      sources.addAll(candidate.sources);
      isPatient &= candidate.isPatient;
    }

    LoopsKernel kernel() {
      return LoopsKernel.of(members.stream().map(c -> (LoopKernel) c.kernel()).toList());
    }
  }

  private void batch() {
    var byText = new TreeMap<String, List<Cluster>>();
    for (Cluster cluster : fuser.clusters()) {
      pattern(cluster)
          .ifPresent(p -> byText.computeIfAbsent(p.text(), _ -> new ArrayList<>()).add(cluster));
    }
    for (var alike : byText.values()) {
      if (alike.size() > 1) batch(alike);
    }
  }

  private void batch(List<Cluster> alike) {
    var batches = new ArrayList<Batch>();
    for (var candidate : alike.stream().map(this::candidate).sorted(ORDER).toList()) {
      var fitting = batches.stream().filter(b -> b.takes(candidate)).findFirst();
      if (fitting.isPresent()) {
        fitting.get().add(candidate);
      } else if (candidate.pattern.points() > 1) {
        var batch = new Batch(candidate.pattern);
        batch.add(candidate);
        batches.add(batch);
      }
    }
    for (var batch : batches) {
      if (batch.members.size() > 1 && isFree(batch)) {
        fuser.unite(List.copyOf(batch.members), batch.kernel());
      }
    }
  }

  private Candidate candidate(Cluster cluster) {
    return new Candidate(
        cluster,
        pattern(cluster).orElseThrow(),
        before(cluster),
        sources(cluster),
        isPatient(cluster));
  }

  /// Whether no member needs what another makes, through others that are batches by now.
  private boolean isFree(Batch batch) {
    return batch.members.stream().allMatch(m -> Collections.disjoint(before(m), batch.members));
  }

  /// Whether no large intermediate array would live longer if the group ran later.
  private boolean isPatient(Cluster cluster) {
    return cluster.kernel().buffers().stream()
        .filter(node -> node.type().bytes() > SMALL && !fuser.isOutsideArena(node))
        .allMatch(node -> !cluster.results.contains(node) && isReadAfter(cluster, node));
  }

  private boolean isReadAfter(Cluster cluster, Node node) {
    return fuser.userClusters(node).stream()
        .anyMatch(user -> user != cluster && before(user).contains(cluster));
  }

  /// The groups that make what a group reads.
  private Set<Cluster> sources(Cluster cluster) {
    var sources = new LinkedHashSet<Cluster>();
    for (Node node : cluster.kernel().buffers()) {
      if (cluster.results.contains(node)) continue;
      for (Cluster other : fuser.clustersOf(node)) {
        if (other.results.contains(node)) sources.add(other);
      }
    }
    return sources;
  }

  /// All groups that run before a group.
  private Set<Cluster> before(Cluster cluster) {
    var found = new HashSet<Cluster>();
    var work = new ArrayList<>(List.of(cluster));
    while (!work.isEmpty()) {
      for (Cluster source : sources(work.removeLast())) {
        if (found.add(source)) work.add(source);
      }
    }
    return found;
  }
}
