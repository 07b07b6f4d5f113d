package io.gatun.graph.pass;

import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is left of a loop of which some results are wanted.
///
/// @param scan the loop that is left
/// @param operands which operands of the old loop are its operands
/// @param results for the number of each wanted result what has the same value
record PrunedScan(Scan scan, List<Integer> operands, Map<Integer, Same> results) {
  /// Where the value of an old result is found.
  sealed interface Same {
    /// It is an operand of the old loop.
    record Operand(int operand) implements Same {}

    /// It is a result of the new loop.
    record Result(int result) implements Same {}

    /// It is the slice of the last step in a stack of the new loop.
    record Last(int stack) implements Same {}
  }

  static PrunedScan of(Bodies.Loop loop, List<Node> wanted) {
    return new Pruning(loop, wanted).run();
  }

  private static final class Pruning {
    private final Scan scan;
    private final List<Node> operands;
    private final List<Integer> wanted;
    private final List<Node> inputs;
    private final List<Node> next;
    private final Set<Node> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final GraphBuilder builder = new GraphBuilder();
    private final List<Integer> kept = new ArrayList<>();
    private final Map<Node, Node> images = new IdentityHashMap<>();

    Pruning(Bodies.Loop loop, List<Node> wanted) {
      scan = loop.scan();
      operands = loop.operands();
      this.wanted = wanted.stream().map(n -> ((Scan) n.op()).output()).sorted().toList();
      inputs = scan.body().inputs();
      next = scan.body().outputNodes();
    }

    PrunedScan run() {
      var carries = carries();
      int sequences = keep(carries);
      for (Node node : scan.body().nodes()) {
        if (!needed.contains(node) || images.containsKey(node)) continue;
        var sources = node.inputs().stream().map(images::get).toList();
        images.put(node, builder.add(node.op(), sources));
      }
      var outputs = new ArrayList<Output>();
      for (int i : carries) outputs.add(Output.of("next" + i, images.get(next.get(i))));
      var results = results(carries, outputs);
      var body = builder.build(outputs);
      var rest = new Scan(body, carries.size(), sequences, scan.length(), scan.reverse(), 0);
      return new PrunedScan(rest, List.copyOf(kept), results);
    }

    /// Finds what is needed; gives the carries that are left.
    private List<Integer> carries() {
      for (int i : wanted) if (!isStill(i) && !isOperand(i)) needed.add(next.get(i));
      boolean grows = true;
      while (grows) {
        for (Node node : scan.body().nodes().reversed()) {
          if (needed.contains(node)) needed.addAll(node.inputs());
        }
        grows = false;
        for (int i = 0; i < scan.carries(); i++) {
          if (needed.contains(inputs.get(i)) && !isStill(i)) grows |= needed.add(next.get(i));
        }
      }
      var carries = new ArrayList<Integer>();
      for (int i = 0; i < scan.carries(); i++) {
        boolean last = wanted.contains(i) && !isStacked(i);
        if (!isStill(i) && (last || needed.contains(inputs.get(i)))) carries.add(i);
      }
      return carries;
    }

    /// A carry that each step gives on as it is.
    private boolean isStill(int result) {
      return result < scan.carries() && next.get(result) == inputs.get(result);
    }

    /// A stack of the slices of a sequence.
    private boolean isOperand(int result) {
      int input = inputs.indexOf(next.get(result));
      return result >= scan.carries() && input >= 0 && scan.isSequence(input);
    }

    /// Whether the next value of a carry is wanted as a stack, too.
    private boolean isStacked(int carry) {
      return scan.length() > 0
          && wanted.stream().anyMatch(i -> i >= scan.carries() && next.get(i) == next.get(carry));
    }

    /// Makes the inputs of the new body; gives the number of sequences.
    private int keep(List<Integer> carries) {
      for (int i : carries) keep(i);
      var known = new HashMap<Node, Node>();
      for (int i = 0; i < inputs.size(); i++) if (scan.isSequence(i)) keepOnce(i, known);
      int sequences = kept.size() - carries.size();
      known.clear();
      for (int i = 0; i < inputs.size(); i++) {
        if (!scan.isSequence(i) && !carries.contains(i)) keepOnce(i, known);
      }
      return sequences;
    }

    /// Keeps an operand that is read, unless the same is kept already.
    private void keepOnce(int operand, Map<Node, Node> known) {
      if (!needed.contains(inputs.get(operand))) return;
      var same = known.get(operands.get(operand));
      if (same != null) images.put(inputs.get(operand), same);
      else known.put(operands.get(operand), keep(operand));
    }

    private Node keep(int operand) {
      kept.add(operand);
      var image = builder.add(inputs.get(operand).op());
      images.put(inputs.get(operand), image);
      return image;
    }

    /// Adds the wanted outputs, each node once, and tells where each result is.
    private Map<Integer, Same> results(List<Integer> carries, List<Output> outputs) {
      var results = new HashMap<Integer, Same>();
      var stacks = new IdentityHashMap<Node, Integer>();
      for (int i : wanted) {
        if (i < scan.carries()) continue;
        if (isOperand(i)) {
          results.put(i, new Same.Operand(inputs.indexOf(next.get(i))));
          continue;
        }
        var image = images.get(next.get(i));
        if (stacks.putIfAbsent(image, outputs.size()) == null) {
          outputs.add(Output.of("out" + i, image));
        }
        results.put(i, new Same.Result(stacks.get(image)));
      }
      for (int i : wanted) {
        if (i >= scan.carries()) continue;
        results.put(
            i,
            isStill(i)
                ? new Same.Operand(i)
                : isStacked(i) && stacks.containsKey(images.get(next.get(i)))
                    ? new Same.Last(stacks.get(images.get(next.get(i))))
                    : new Same.Result(carries.indexOf(i)));
      }
      return results;
    }
  }
}
