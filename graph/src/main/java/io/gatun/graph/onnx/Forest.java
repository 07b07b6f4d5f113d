package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/// Decision trees as tables of nodes. All samples go down all trees at once, one level a step; a
/// leaf leads to itself.
final class Forest {
  /// How a node compares its feature with its threshold.
  enum Mode {
    BRANCH_LEQ,
    BRANCH_LT,
    BRANCH_GTE,
    BRANCH_GT,
    BRANCH_EQ,
    BRANCH_NEQ,
    BRANCH_MEMBER,
    LEAF;

    private Value holds(Value x, Value threshold) {
      return switch (this) {
        case BRANCH_LEQ -> x.le(threshold);
        case BRANCH_LT -> x.lt(threshold);
        case BRANCH_GTE -> x.ge(threshold);
        case BRANCH_GT -> x.gt(threshold);
        case BRANCH_EQ, BRANCH_MEMBER -> x.eq(threshold);
        case BRANCH_NEQ -> x.ne(threshold);
        case LEAF -> throw new IllegalArgumentException("a leaf compares nothing");
      };
    }
  }

  /// A node, or a leaf, whose feature is 0 and which leads to itself.
  ///
  /// @param missing whether NaN follows the true branch
  /// @param members what a node of mode `BRANCH_MEMBER` looks for
  record Node(
      Mode mode,
      int feature,
      double threshold,
      boolean missing,
      int ifTrue,
      int ifFalse,
      List<Double> members) {
    static Node leaf(int number) {
      return new Node(Mode.LEAF, 0, 0, false, number, number, List.of());
    }
  }

  private static final int DEEPEST = 1024;

  private final Call c;
  private final List<Node> nodes;
  private final List<Integer> roots;

  /// @throws OnnxException when a node leads nowhere or the trees have no end
  Forest(Call c, List<Node> nodes, List<Integer> roots) {
    this.c = c;
    this.nodes = nodes;
    this.roots = roots;
    OnnxException.check(!roots.isEmpty(), "there is no tree");
    for (int root : roots) checkNode(root);
    for (Node node : nodes) {
      checkNode(node.ifTrue());
      checkNode(node.ifFalse());
    }
  }

  private void checkNode(int number) {
    OnnxException.check(
        number >= 0 && number < nodes.size(), "there is no node %d, but %d", number, nodes.size());
  }

  /// Steps from the roots to the deepest leaf.
  private int depth() {
    boolean[] reached = new boolean[nodes.size()];
    for (int root : roots) reached[root] = true;
    for (int depth = 0; depth <= DEEPEST; depth++) {
      boolean[] next = new boolean[nodes.size()];
      boolean inner = false;
      for (int i = 0; i < next.length; i++) {
        if (!reached[i] || nodes.get(i).mode() == Mode.LEAF) continue;
        inner = true;
        next[nodes.get(i).ifTrue()] = true;
        next[nodes.get(i).ifFalse()] = true;
      }
      if (!inner) return depth;
      reached = next;
    }
    throw OnnxException.of("the trees are more than %d deep or lead in circles", DEEPEST);
  }

  /// The number of the leaf that each row of `x` comes to in each tree: `i32[rows, trees]`.
  Value leaves(Value x) {
    int features = nodes.stream().mapToInt(Node::feature).max().orElse(0) + 1;
    OnnxException.check(
        x.rank() == 2 && x.dim(1) >= features && nodes.stream().allMatch(n -> n.feature() >= 0),
        "wants rows of at least %d features, got %s",
        features,
        x.type());
    var start = c.constant(table(DType.I32, roots.size(), i -> roots.get(i)));
    var at = start.broadcastTo(x.dim(0), roots.size());
    var feature = column(DType.I32, i -> nodes.get(i).feature());
    var ifTrue = column(DType.I32, i -> nodes.get(i).ifTrue());
    var ifFalse = column(DType.I32, i -> nodes.get(i).ifFalse());
    int depth = depth();
    for (int step = 0; step < depth; step++) {
      var seen = x.takeAlong(feature.take(at, 0), 1);
      at = holds(seen, at).select(ifTrue.take(at, 0), ifFalse.take(at, 0));
    }
    return at;
  }

  private Value holds(Value x, Value at) {
    var threshold = column(x.dtype(), i -> nodes.get(i).threshold()).take(at, 0);
    var numbers = column(DType.I32, i -> nodes.get(i).mode().ordinal());
    var holds =
        x.ne(x).and(column(DType.I32, i -> nodes.get(i).missing() ? 1 : 0).take(at, 0).ne(0));
    var modes = nodes.stream().map(Node::mode).filter(m -> m != Mode.LEAF).distinct().toList();
    for (Mode mode : modes) {
      var one = mode == Mode.BRANCH_MEMBER ? isMember(x, at) : mode.holds(x, threshold);
      holds = holds.or(modes.size() == 1 ? one : one.and(numbers.take(at, 0).eq(mode.ordinal())));
    }
    return holds;
  }

  private Value isMember(Value x, Value at) {
    int width = nodes.stream().mapToInt(n -> n.members().size()).max().orElse(0);
    int size = Call.affordable((long) width * nodes.size());
    var type = TensorType.of(x.dtype(), nodes.size(), width);
    double[] all = new double[size];
    Arrays.fill(all, Double.NaN);
    for (int i = 0; i < nodes.size(); i++) {
      var members = nodes.get(i).members();
      for (int j = 0; j < members.size(); j++) all[i * width + j] = members.get(j);
    }
    var sets = c.constant(NdArray.of(type, all)).take(at, 0);
    return x.expandDims(2).eq(sets).cast(DType.I32).max(2).ne(0);
  }

  private Value column(DType dtype, IntToDoubleFunction value) {
    return c.constant(table(dtype, nodes.size(), value));
  }

  private static NdArray table(DType dtype, int size, IntToDoubleFunction value) {
    return NdArray.of(TensorType.of(dtype, size), value);
  }

  /// How the votes of all trees become one number.
  enum Aggregate {
    AVERAGE,
    SUM,
    MIN,
    MAX
  }

  /// A leaf's number for a target.
  record Vote(int leaf, int target, double weight) {}

  /// `[rows, targets]` of the votes of the leaves that each row comes to.
  Value votes(Value x, List<Vote> votes, int targets, Aggregate how) {
    int size = Call.affordable((long) nodes.size() * targets);
    double nothing =
        switch (how) {
          case SUM, AVERAGE -> 0;
          case MIN -> Float.MAX_VALUE;
          case MAX -> -Float.MAX_VALUE;
        };
    double[] all = new double[size];
    Arrays.fill(all, nothing);
    for (Vote vote : votes) {
      OnnxException.check(
          vote.target() >= 0 && vote.target() < targets,
          "there is no target %d, but %d",
          vote.target(),
          targets);
      checkNode(vote.leaf());
      int place = vote.leaf() * targets + vote.target();
      all[place] =
          switch (how) {
            case SUM, AVERAGE -> all[place] + vote.weight();
            case MIN -> Math.min(all[place], vote.weight());
            case MAX -> Math.max(all[place], vote.weight());
          };
    }
    var table = c.constant(NdArray.of(TensorType.of(x.dtype(), nodes.size(), targets), all));
    var given = table.take(leaves(x), 0);
    return switch (how) {
      case SUM -> given.sum(1);
      case AVERAGE -> given.sum(1).div(roots.size());
      case MIN -> given.min(1);
      case MAX -> given.max(1);
    };
  }

  /// The sets of the nodes of mode `BRANCH_MEMBER`, which stand one after the other, each ended by
  /// NaN.
  static List<List<Double>> sets(NdArray values) {
    var sets = new ArrayList<List<Double>>();
    var set = new ArrayList<Double>();
    for (int i = 0; i < values.size(); i++) {
      if (!Double.isNaN(values.at(i))) {
        set.add(values.at(i));
        continue;
      }
      sets.add(List.copyOf(set));
      set.clear();
    }
    return sets;
  }
}
