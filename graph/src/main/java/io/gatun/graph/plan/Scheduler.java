package io.gatun.graph.plan;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Orders groups so that few bytes live at a time: of the groups that could run next it takes the
/// one that frees most and allocates least, the earliest written among equals.
final class Scheduler {
  private static final int FAR = 64;

  private final List<Group> groups;
  private final Map<Group, Set<Group>> before = new IdentityHashMap<>();
  private final Map<Node, Group> writer = new HashMap<>();
  private final Map<Node, List<Group>> readers = new HashMap<>();
  private final Set<Node> kept;
  private final Map<Group, Integer> position = new IdentityHashMap<>();

  /// Groups and the dependencies among them.
  Scheduler(Graph graph, List<Group> groups) {
    this.groups = groups;
    this.kept = new HashSet<>(graph.outputNodes());
    for (Group group : groups) {
      position.put(group, position.size());
      before.put(group, identitySet());
      for (Node node : group.writes()) writer.put(node, group);
    }
    for (Group group : groups) {
      for (Node node : group.reads()) {
        readers.computeIfAbsent(node, _ -> new ArrayList<>()).add(group);
        if (writer.containsKey(node)) before.get(group).add(writer.get(node));
      }
    }
  }

  /// All groups, in the order of their last nodes.
  List<Group> groups() {
    return groups;
  }

  /// The group that stores `node`; none for inputs and constants.
  Map<Node, Group> writers() {
    return writer;
  }

  /// The groups that read `node` from memory.
  List<Group> readers(Node node) {
    return readers.getOrDefault(node, List.of());
  }

  /// Demands that `first` runs before `second`; false, and no change, when that cannot be.
  boolean order(Group first, Group second) {
    if (dependsOn(first, second)) return false;
    before.get(second).add(first);
    return true;
  }

  /// Whether `group` needs results of `on`, be it through groups between them; false also where
  /// they are so far apart that finding out would take long.
  boolean needs(Group group, Group on) {
    return position.get(group) - position.get(on) <= FAR && dependsOn(group, on, position.get(on));
  }

  private boolean dependsOn(Group group, Group on) {
    return dependsOn(group, on, 0);
  }

  /// The same, by way of groups from position `first` on.
  private boolean dependsOn(Group group, Group on, int first) {
    Set<Group> seen = identitySet();
    seen.add(group);
    var work = new ArrayList<>(List.of(group));
    while (!work.isEmpty()) {
      var next = work.removeLast();
      if (next == on) return true;
      for (Group earlier : before.get(next)) {
        if (position.get(earlier) >= first && seen.add(earlier)) work.add(earlier);
      }
    }
    return false;
  }

  /// The groups in the order in which they run.
  List<Group> schedule() {
    var order = new ArrayList<Group>();
    var waitsFor = new IdentityHashMap<Group, Integer>();
    var after = new IdentityHashMap<Group, List<Group>>();
    var ready = new TreeMap<Integer, Candidate>();
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      waitsFor.put(group, before.get(group).size());
      for (Group earlier : before.get(group)) {
        after.computeIfAbsent(earlier, _ -> new ArrayList<>()).add(group);
      }
      if (before.get(group).isEmpty()) ready.put(i, new Candidate(group));
    }
    var readsLeft = new HashMap<Node, Integer>();
    readers.forEach((node, all) -> readsLeft.put(node, all.size()));
    while (!ready.isEmpty()) {
      Candidate best = null;
      long least = Long.MAX_VALUE;
      for (Candidate candidate : ready.values()) {
        long growth = candidate.growth(readsLeft);
        if (growth < least) {
          least = growth;
          best = candidate;
        }
      }
      ready.remove(position.get(best.group));
      order.add(best.group);
      for (Node node : best.reads) readsLeft.merge(node, -1, Integer::sum);
      for (Group later : after.getOrDefault(best.group, List.of())) {
        if (waitsFor.merge(later, -1, Integer::sum) == 0) {
          ready.put(position.get(later), new Candidate(later));
        }
      }
    }
    return order;
  }

  /// A group that could run next.
  private final class Candidate {
    final Group group;
    final List<Node> reads;
    final long allocated;

    Candidate(Group group) {
      this.group = group;
      this.reads = group.reads();
      long bytes = 0;
      for (Node node : group.writes()) if (!kept.contains(node)) bytes += node.type().bytes();
      this.allocated = bytes;
    }

    /// Bytes that live after it more than before.
    long growth(Map<Node, Integer> readsLeft) {
      long bytes = allocated;
      for (Node node : reads) {
        boolean freed =
            readsLeft.get(node) == 1 && writer.containsKey(node) && !kept.contains(node);
        if (freed) bytes -= node.type().bytes();
      }
      return bytes;
    }
  }

  private static Set<Group> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
