package io.gatun.graph.plan;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Orders groups so that few bytes live at a time: of the groups that could run next it takes the
/// one that frees most and allocates least, the earliest written among equals.
final class Scheduler {
  private final List<Group> groups;
  private final Map<Group, Set<Group>> before = new HashMap<>();
  private final Map<Node, Group> writer = new HashMap<>();
  private final Set<Node> kept;

  /// Groups and the dependencies among them.
  Scheduler(Graph graph, List<Group> groups) {
    this.groups = groups;
    this.kept = new HashSet<>(graph.outputNodes());
    for (Group group : groups) {
      before.put(group, new HashSet<>());
      for (Node node : group.writes()) writer.put(node, group);
    }
    for (Group group : groups) {
      for (Node node : group.reads()) {
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
    return groups.stream().filter(g -> g.reads().contains(node)).toList();
  }

  /// Demands that `first` runs before `second`; false, and no change, when that cannot be.
  boolean order(Group first, Group second) {
    if (dependsOn(first, second)) return false;
    before.get(second).add(first);
    return true;
  }

  private boolean dependsOn(Group group, Group on) {
    var seen = new HashSet<>(Set.of(group));
    var work = new ArrayList<>(List.of(group));
    while (!work.isEmpty()) {
      var next = work.removeLast();
      if (next == on) return true;
      for (Group earlier : before.get(next)) if (seen.add(earlier)) work.add(earlier);
    }
    return false;
  }

  /// The groups in the order in which they run.
  List<Group> schedule() {
    var order = new ArrayList<Group>();
    var waiting = new ArrayList<>(groups);
    var done = new HashSet<Group>();
    var readsLeft = new HashMap<Node, Integer>();
    for (Group group : groups) {
      for (Node node : group.reads()) readsLeft.merge(node, 1, Integer::sum);
    }
    while (!waiting.isEmpty()) {
      Group best = null;
      long least = Long.MAX_VALUE;
      for (Group group : waiting) {
        if (!done.containsAll(before.get(group))) continue;
        long growth = growth(group, readsLeft);
        if (growth < least) {
          least = growth;
          best = group;
        }
      }
      waiting.remove(best);
      done.add(best);
      order.add(best);
      for (Node node : best.reads()) readsLeft.merge(node, -1, Integer::sum);
    }
    return order;
  }

  private long growth(Group group, Map<Node, Integer> readsLeft) {
    long bytes = 0;
    for (Node node : group.writes()) if (!kept.contains(node)) bytes += node.type().bytes();
    for (Node node : group.reads()) {
      boolean freed = readsLeft.get(node) == 1 && writer.containsKey(node) && !kept.contains(node);
      if (freed) bytes -= node.type().bytes();
    }
    return bytes;
  }
}
