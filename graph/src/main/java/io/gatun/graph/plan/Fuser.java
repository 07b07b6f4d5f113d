package io.gatun.graph.plan;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.KernelBuilder;
import io.gatun.graph.kernel.NotFusable;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.pass.ByteOperands;
import io.gatun.graph.target.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Decides which nodes one launch computes together.
///
/// Nodes are visited from the outputs backward. A node joins the group of its users where the
/// [KernelBuilder] can still make one kernel of it: elementwise producers are computed where they
/// are used, a contraction or reduction takes its consumers as epilogue, reductions and their
/// consumers make row kernels. A node with users elsewhere, too, is computed in one group and
/// stored for the others; pure movement is repeated in each. Last, groups that walk the same loops
/// over common operands are merged. Each refusal keeps its reason.
final class Fuser {
  private static final int MAX_NODES = 256;

  /// What results of one scan, or of one call of a composite, have in common.
  private record Call(Op op, List<Node> operands) {}

  private final Target target;
  private final Map<Node, List<Node>> users;
  private final Set<Node> outputs;
  private final Set<Node> updated;
  private final Set<Node> epilogues;
  private final ByteOperands byteOperands;
  private final Map<Node, Set<Cluster>> clustersOf = new HashMap<>();
  private final Set<Cluster> clusters = new LinkedHashSet<>();
  private final Map<Call, Cluster> calls = new HashMap<>();
  private final List<Refusal> refusals = new ArrayList<>();

  private Fuser(Graph graph, Target target) {
    this.target = target;
    this.users = graph.users();
    this.outputs = new HashSet<>(graph.outputNodes());
    this.updated =
        graph.outputs().stream().flatMap(o -> o.updates().stream()).collect(Collectors.toSet());
    this.epilogues = Epilogues.of(graph);
    this.byteOperands = ByteOperands.of(graph);
  }

  /// The groups, in no particular order, and the fusions that were refused.
  record Fusion(List<Group> groups, List<Refusal> refusals) {}

  static Fusion fuse(Graph graph, Target target) {
    var fuser = new Fuser(graph, target);
    for (Node node : graph.nodes().reversed()) {
      if (!(node.op() instanceof Input) && !(node.op() instanceof Constant)) fuser.visit(node);
    }
    new Siblings(fuser).merge();
    var groups =
        fuser.clusters.stream()
            .map(c -> new Group(List.copyOf(c.nodes), c.kernel()))
            .sorted(Comparator.comparingInt(g -> g.nodes().getLast().id()))
            .toList();
    return new Fusion(groups, List.copyOf(fuser.refusals));
  }

  private void visit(Node node) {
    if (node.op() instanceof Scan scan) {
      visitCall(node, scan.withOutput(0));
      return;
    }
    if (node.op() instanceof Composite composite) {
      visitCall(node, composite.withOutput(0));
      return;
    }
    if (target.generatesKernels()
        && !KernelBuilder.hasOwnKernel(node)
        && !KernelBuilder.isLast(node)) {
      if (followsContraction(node)) mergeEpilogues(node);
      var candidates = userClusters(node);
      boolean isRepeated = isMovement(node) || byteOperands.widens(node);
      if (isRepeated && !outputs.contains(node) && joinAll(node, candidates)) return;
      for (Cluster candidate : candidates) {
        if (join(node, candidate, candidates)) return;
      }
    }
    var cluster = new Cluster();
    cluster.nodes.add(node);
    cluster.results.add(node);
    if (!target.generatesKernels() || KernelBuilder.hasOwnKernel(node)) {
      cluster.set(new ReferenceKernel(node));
    }
    clusters.add(cluster);
    clustersOf.computeIfAbsent(node, _ -> new LinkedHashSet<>()).add(cluster);
  }

  /// All results of one loop, or of one call of a composite, make one group.
  private void visitCall(Node node, Op first) {
    var cluster = calls.computeIfAbsent(new Call(first, node.inputs()), _ -> new Cluster());
    cluster.nodes.add(node);
    cluster.results.add(node);
    cluster.set(KernelBuilder.ownKernel(List.copyOf(cluster.results)));
    clusters.add(cluster);
    clustersOf.computeIfAbsent(node, _ -> new LinkedHashSet<>()).add(cluster);
  }

  /// Movement is index arithmetic in a kernel: cheaper to repeat than to store.
  private static boolean isMovement(Node node) {
    return switch (node.op()) {
      case Reshape _, Transpose _, Broadcast _, Slice _, Reverse _, Iota _, Windows _, Pad _ ->
          true;
      case Op _ -> false;
    };
  }

  List<Cluster> userClusters(Node node) {
    var all = new LinkedHashSet<Cluster>();
    for (Node user : users.get(node)) all.addAll(clustersOf.getOrDefault(user, Set.of()));
    return List.copyOf(all);
  }

  /// Repeats a node that costs little in the groups of all its users; false when one of them cannot
  /// have it.
  private boolean joinAll(Node node, List<Cluster> candidates) {
    for (Cluster candidate : candidates) {
      if (!hasRoom(node, candidate)) return false;
      boolean takesAll = isMovement(node) && !candidate.isSelective();
      if (!takesAll && with(node, candidate).isEmpty()) return false;
    }
    candidates.forEach(candidate -> add(node, candidate));
    return !candidates.isEmpty();
  }

  private boolean join(Node node, Cluster candidate, List<Cluster> all) {
    if (!hasRoom(node, candidate)) return false;
    boolean stored = all.size() > 1 || outputs.contains(node);
    if (byteOperands.bytes().contains(node) && candidate.multiplies()) {
      refuse(node, candidate, "as bytes it is less to read than what it is computed from");
      return false;
    }
    if (epilogues.contains(node) && candidate.hasAnchor() && !isStoredAnyway(node, candidate, 0)) {
      refuse(node, candidate, "it is computed from a contraction's result while that is at hand");
      return false;
    }
    if (candidate.isSelective() && node.op() instanceof Gather && updated.contains(node.input(0))) {
      refuse(node, candidate, "rows that are read must not wait until they may be overwritten");
      return false;
    }
    if (stored && candidate.reducesLeadingAxes()) {
      refuse(node, candidate, "a sum along leading axes has too few independent parts to store it");
      return false;
    }
    if (target.batchesLoops() && node.type().size() == 1) {
      if (stored && candidate.nodes.stream().anyMatch(n -> n.type().size() > 1)) {
        refuse(node, candidate, "a number that several groups need is computed before them");
        return false;
      }
      if (candidate.joinsFolds(node)) {
        refuse(node, candidate, "it is folded in one launch with others of its kind");
        return false;
      }
    }
    for (Cluster other : all) {
      if (other != candidate && reaches(other, candidate, true)) {
        refuse(node, candidate, "another of its users runs before");
        return false;
      }
    }
    if (!stored && !candidate.isSelective() && alwaysFuses(node)) {
      add(node, candidate);
      return true;
    }
    var nodes = new TreeSet<>(candidate.nodes);
    nodes.add(node);
    var results = new LinkedHashSet<Node>(stored ? List.of(node) : List.of());
    results.addAll(candidate.results);
    var kernel = build(nodes, List.copyOf(results), node, candidate);
    if (kernel.isEmpty()) return false;
    add(node, candidate);
    candidate.results.clear();
    candidate.results.addAll(results);
    candidate.set(kernel.get());
    return true;
  }

  /// True where `node` follows cheaply, in a few steps, from values that others, too, will read
  /// from memory, and from nothing else that a contraction gives.
  private boolean isStoredAnyway(Node node, Cluster candidate, int steps) {
    if (KernelBuilder.isExpensive(node) || steps == 4) return false;
    boolean found = false;
    for (Node input : node.inputs()) {
      if (input.type().size() != node.type().size() || !followsContraction(input)) continue;
      if (!isReadElsewhere(input, node, candidate)
          && !isStoredAnyway(input, candidate, steps + 1)) {
        return false;
      }
      found = true;
    }
    return found;
  }

  /// True where other users of `value` than `user` read it from memory.
  private boolean isReadElsewhere(Node value, Node user, Cluster candidate) {
    for (Node other : users.get(value)) {
      if (other == user) continue;
      for (Cluster cluster : clustersOf.getOrDefault(other, Set.of())) {
        if (cluster.hasAnchor() || reaches(candidate, cluster, true)) return true;
      }
    }
    return false;
  }

  private boolean followsContraction(Node node) {
    return node.op() instanceof MatMul || epilogues.contains(node);
  }

  /// Merges the groups of a node's users that do no more than follow from the node element by
  /// element, so that its contraction takes them all as its epilogue.
  private void mergeEpilogues(Node node) {
    var open =
        userClusters(node).stream()
            .filter(c -> !c.hasAnchor())
            .filter(c -> c.nodes.stream().allMatch(n -> epilogues.contains(n) || isMovement(n)))
            .toList();
    for (int i = 1; i < open.size(); i++) mergeInto(open.getFirst(), open.get(i));
  }

  private Optional<Kernel> with(Node node, Cluster cluster) {
    var nodes = new TreeSet<>(cluster.nodes);
    nodes.add(node);
    return build(nodes, List.copyOf(cluster.results), node, cluster);
  }

  private void add(Node node, Cluster cluster) {
    cluster.nodes.add(node);
    cluster.outdated();
    clustersOf.computeIfAbsent(node, _ -> new LinkedHashSet<>()).add(cluster);
  }

  /// True for cheap elementwise producers of arithmetic and reductions: a kernel that loads them
  /// can as well compute them, so none need be built to find out.
  private boolean alwaysFuses(Node node) {
    return node.op().pattern() == Op.Pattern.MAP
        && (isArithmetic(node) || node.op() instanceof Select || node.op() instanceof Cast)
        && !KernelBuilder.isExpensive(node)
        && users.get(node).stream()
            .allMatch(u -> isArithmetic(u) || u.op().pattern() == Op.Pattern.REDUCE);
  }

  private static boolean isArithmetic(Node node) {
    return node.op() instanceof Unary || node.op() instanceof Binary;
  }

  private boolean hasRoom(Node node, Cluster cluster) {
    if (cluster.isClosed()) {
      refuse(node, cluster, "its user has a kernel of its own");
      return false;
    }
    if (cluster.nodes.size() >= MAX_NODES) {
      refuse(node, cluster, "the group is full (" + MAX_NODES + " nodes)");
      return false;
    }
    var arrays = new HashSet<>(cluster.results);
    for (Node inner : cluster.nodes) arrays.addAll(inner.inputs());
    arrays.addAll(node.inputs());
    arrays.removeIf(n -> n == node || cluster.nodes.contains(n) && !cluster.results.contains(n));
    if (arrays.size() < target.maxBuffers()) return true;
    refuse(node, cluster, "the kernel would touch " + arrays.size() + " arrays");
    return false;
  }

  private Optional<Kernel> build(Set<Node> nodes, List<Node> results, Node node, Cluster cluster) {
    try {
      return Optional.of(KernelBuilder.build(List.copyOf(nodes), results));
    } catch (NotFusable e) {
      refuse(node, cluster, e.getMessage());
    }
    return Optional.empty();
  }

  private void refuse(Node node, Cluster cluster, String reason) {
    refusals.add(new Refusal(node, cluster.nodes.getLast(), reason));
  }

  /// True when `to` needs a result of `from` through other groups, or, if `direct`, right away.
  private boolean reaches(Cluster from, Cluster to, boolean direct) {
    var seen = new HashSet<>(Set.of(from));
    var work = new ArrayList<>(List.of(from));
    while (!work.isEmpty()) {
      var cluster = work.removeLast();
      for (Node result : cluster.results) {
        for (Cluster next : userClusters(result)) {
          if (next == to && (direct || cluster != from)) return true;
          if (next != to && seen.add(next)) work.add(next);
        }
      }
    }
    return false;
  }

  // --- siblings

  /// Merges a group into another; false where they make no common loop.
  boolean mergeInto(Cluster kept, Cluster merged) {
    if (kept.nodes.size() + merged.nodes.size() > MAX_NODES) return false;
    if (kept.kernel().buffers().size() + merged.kernel().buffers().size() > target.maxBuffers()) {
      return false;
    }
    if (!shareWork(kept, merged)) return false;
    if (reaches(kept, merged, false) || reaches(merged, kept, false)) return false;
    var nodes = new TreeSet<>(kept.nodes);
    nodes.addAll(merged.nodes);
    var results = new LinkedHashSet<>(kept.results);
    results.addAll(merged.results);
    var both = Set.of(kept, merged);
    results.removeIf(n -> !outputs.contains(n) && both.containsAll(userClusters(n)));
    var kernel = build(nodes, List.copyOf(results), merged.nodes.getLast(), kept);
    if (kernel.isEmpty()) return false;
    for (Node node : merged.nodes) {
      clustersOf.get(node).remove(merged);
      add(node, kept);
    }
    kept.results.clear();
    kept.results.addAll(results);
    kept.set(kernel.get());
    clusters.remove(merged);
    return true;
  }

  /// Merging pays when much is read once instead of twice, or when launching is the main cost.
  private static boolean shareWork(Cluster a, Cluster b) {
    long largest = 0;
    long common = 0;
    for (Node node : a.kernel().buffers()) {
      largest = Math.max(largest, node.type().bytes());
      if (b.kernel().buffers().contains(node)) common = Math.max(common, node.type().bytes());
    }
    return largest <= 16 * 1024 || common >= largest / 4;
  }

  /// Makes one group of these, with this kernel.
  void unite(List<Cluster> members, Kernel kernel) {
    var kept = members.getFirst();
    for (Cluster member : members.subList(1, members.size())) {
      for (Node node : member.nodes) {
        clustersOf.get(node).remove(member);
        add(node, kept);
      }
      kept.results.addAll(member.results);
      clusters.remove(member);
    }
    kept.set(kernel);
  }

  Target target() {
    return target;
  }

  Set<Cluster> clusters() {
    return clusters;
  }

  Set<Cluster> clustersOf(Node node) {
    return clustersOf.getOrDefault(node, Set.of());
  }

  /// Whether a value is in memory that the arena has nothing to do with.
  boolean isOutsideArena(Node node) {
    return outputs.contains(node) || node.op() instanceof Input || node.op() instanceof Constant;
  }
}
