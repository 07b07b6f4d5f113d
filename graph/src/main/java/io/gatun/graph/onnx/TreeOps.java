package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.onnx.Forest.Aggregate;
import io.gatun.graph.onnx.Forest.Mode;
import io.gatun.graph.onnx.Forest.Node;
import io.gatun.graph.onnx.Forest.Vote;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Ensembles of trees of `ai.onnx.ml`, in both of their encodings.
final class TreeOps {
  private static final String DOMAIN = "ai.onnx.ml:";
  private static final List<String> TRANSFORMS =
      List.of("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT");

  private TreeOps() {}

  static void register(Registry r) {
    r.one(DOMAIN + "TreeEnsemble", TreeOps::ensemble);
    r.one(DOMAIN + "TreeEnsembleRegressor", TreeOps::regressor);
    r.any(DOMAIN + "TreeEnsembleClassifier", TreeOps::classifier);
  }

  private static Value floats(Value x) {
    return x.dtype() == DType.F64 ? x : x.cast(DType.F32);
  }

  private static Optional<NdArray> array(Call c, String name) {
    return c.attributes().tensor(name).map(t -> c.importer().tensors().literal(t).toNdArray());
  }

  private static <E> E at(String name, List<E> list, int i) {
    OnnxException.check(
        i >= 0 && i < list.size(), "attribute %s: has %d entries, not %d", name, list.size(), i);
    return list.get(i);
  }

  private static <E extends Enum<E>> E named(String attribute, E[] values, String name) {
    return Arrays.stream(values)
        .filter(value -> value.name().equals(name))
        .findFirst()
        .orElseThrow(() -> OnnxException.of("attribute %s: \"%s\" is not known", attribute, name));
  }

  /// Numbers of an attribute or of its tensor of doubles.
  private static List<Double> numbers(Call c, String name) {
    var array = array(c, name + "_as_tensor");
    if (array.isEmpty()) return c.attributes().numbers(name);
    return Arrays.stream(array.get().toDoubles()).boxed().toList();
  }

  /// Opset 5: nodes and leaves in tables of their own. The leaves stand behind the nodes here.
  private static Value ensemble(Call c) {
    var a = c.attributes();
    var features = a.ints("nodes_featureids", List.of());
    var modes = required(c, "nodes_modes");
    var splits = required(c, "nodes_splits");
    var sets = array(c, "membership_values").map(Forest::sets).orElse(List.of()).iterator();
    int count = features.size();
    var weights = required(c, "leaf_weights");
    var nodes = new ArrayList<Node>();
    for (int i = 0; i < count; i++) {
      OnnxException.check(
          i < modes.size() && i < splits.size() && modes.longAt(i) >= 0 && modes.longAt(i) < 7,
          "node %d has no mode of 0 to 6 or no split",
          i);
      var mode = Mode.values()[(int) modes.longAt(i)];
      boolean isSet = mode == Mode.BRANCH_MEMBER;
      OnnxException.check(!isSet || sets.hasNext(), "membership_values: has no set for node %d", i);
      nodes.add(
          new Node(
              mode,
              features.get(i),
              splits.at(i),
              isMissing(c, i),
              child(c, "true", i),
              child(c, "false", i),
              isSet ? sets.next() : List.of()));
    }
    for (int i = 0; i < weights.size(); i++) nodes.add(Node.leaf(count + i));
    var targets = a.ints("leaf_targetids", List.of());
    var votes = new ArrayList<Vote>();
    for (int i = 0; i < weights.size(); i++) {
      votes.add(new Vote(count + i, at("leaf_targetids", targets, i), weights.at(i)));
    }
    int aggregate = a.integer("aggregate_function", 1);
    int transform = a.integer("post_transform", 0);
    var scores =
        new Forest(c, nodes, a.ints("tree_roots", List.of()))
            .votes(
                floats(c.in(0)),
                votes,
                a.integer("n_targets", 1),
                at("aggregate_function", List.of(Aggregate.values()), aggregate));
    return LearnedOps.transformed(at("post_transform", TRANSFORMS, transform), scores);
  }

  private static NdArray required(Call c, String name) {
    return array(c, name).orElseThrow(() -> OnnxException.of("wants the attribute %s", name));
  }

  private static boolean isMissing(Call c, int i) {
    var flags = c.attributes().ints("nodes_missing_value_tracks_true", List.of());
    return i < flags.size() && flags.get(i) != 0;
  }

  private static int child(Call c, String branch, int i) {
    String name = "nodes_" + branch + "nodeids";
    int at = at(name, c.attributes().ints(name, List.of()), i);
    String leafs = "nodes_" + branch + "leafs";
    boolean isLeaf = at(leafs, c.attributes().ints(leafs, List.of()), i) != 0;
    int count = c.attributes().ints("nodes_featureids", List.of()).size();
    OnnxException.check(at >= 0, "attribute %s: entry %d is %d", name, i, at);
    return isLeaf ? count + at : at;
  }

  /// A node by its tree and its number there.
  private record Place(long tree, long node) {}

  /// Before opset 5: leaves are nodes of mode `LEAF`, votes name a tree and a node.
  private static final class Older {
    private final Call c;
    private final Map<Place, Integer> places = new HashMap<>();
    private final List<Long> trees;

    Older(Call c) {
      this.c = c;
      trees = c.attributes().longs("nodes_treeids");
      var numbers = c.attributes().longs("nodes_nodeids");
      for (int i = 0; i < trees.size(); i++) {
        places.put(new Place(trees.get(i), at("nodes_nodeids", numbers, i)), i);
      }
    }

    private int place(long tree, long node) {
      var place = places.get(new Place(tree, node));
      OnnxException.check(place != null, "tree %d has no node %d", tree, node);
      return place;
    }

    Forest forest() {
      var a = c.attributes();
      var modes = a.texts("nodes_modes");
      var features = a.ints("nodes_featureids", List.of());
      var thresholds = numbers(c, "nodes_values");
      var nodes = new ArrayList<Node>();
      for (int i = 0; i < trees.size(); i++) {
        var mode = named("nodes_modes", Mode.values(), at("nodes_modes", modes, i));
        nodes.add(
            mode == Mode.LEAF
                ? Node.leaf(i)
                : new Node(
                    mode,
                    at("nodes_featureids", features, i),
                    at("nodes_values", thresholds, i),
                    isMissing(c, i),
                    place(trees.get(i), at("nodes_truenodeids", a.longs("nodes_truenodeids"), i)),
                    place(trees.get(i), at("nodes_falsenodeids", a.longs("nodes_falsenodeids"), i)),
                    List.of()));
      }
      // The root of a tree is the first of its nodes.
      var roots = new LinkedHashMap<Long, Integer>();
      for (int i = 0; i < trees.size(); i++) roots.putIfAbsent(trees.get(i), i);
      return new Forest(c, nodes, List.copyOf(roots.values()));
    }

    List<Vote> votes(String kind) {
      var a = c.attributes();
      var weights = numbers(c, kind + "_weights");
      var votes = new ArrayList<Vote>();
      for (int i = 0; i < weights.size(); i++) {
        long tree = at(kind + "_treeids", a.longs(kind + "_treeids"), i);
        long node = at(kind + "_nodeids", a.longs(kind + "_nodeids"), i);
        int target = at(kind + "_ids", a.ints(kind + "_ids", List.of()), i);
        votes.add(new Vote(place(tree, node), target, weights.get(i)));
      }
      return votes;
    }
  }

  private static Value based(Call c, Value scores) {
    var base = numbers(c, "base_values");
    if (base.isEmpty()) return scores;
    var row = base.stream().mapToDouble(b -> b).toArray();
    OnnxException.check(
        row.length == scores.dim(1),
        "attribute base_values: %d numbers for %d columns",
        row.length,
        scores.dim(1));
    return scores.add(c.constant(scores.type().with(Shape.of(row.length)), row));
  }

  private static Value regressor(Call c) {
    var a = c.attributes();
    var older = new Older(c);
    String name = a.text("aggregate_function", "SUM");
    var how = named("aggregate_function", Aggregate.values(), name);
    int targets = a.integer("n_targets", 1);
    var scores = older.forest().votes(floats(c.in(0)), older.votes("target"), targets, how);
    String transform = a.text("post_transform", "NONE");
    return LearnedOps.transformed(transform, based(c, scores)).cast(DType.F32);
  }

  /// Two classes may have the votes for one of them only: for the second, whose probability they
  /// are where none is negative, and else a score that 0 divides.
  private static List<OnnxValue> classifier(Call c) {
    var labels = Labels.of(c, "classlabels_int64s", "classlabels_strings");
    var older = new Older(c);
    var votes = older.votes("class");
    String transform = c.attributes().text("post_transform", "NONE");
    var classes = new HashSet<Integer>();
    votes.forEach(vote -> classes.add(vote.target()));
    var forest = older.forest();
    var x = floats(c.in(0));
    if (classes.size() != 1 || labels.size() > 2) {
      var scores = based(c, forest.votes(x, votes, labels.size(), Aggregate.SUM)).cast(DType.F32);
      var y = LearnedOps.transformed(transform, scores);
      return List.of(labels.at(c, scores.argmax(1)), OnnxValue.Tensor.of(y));
    }
    var single = votes.stream().map(v -> new Vote(v.leaf(), 0, v.weight())).toList();
    var score = based(c, forest.votes(x, single, 1, Aggregate.SUM)).cast(DType.F32);
    boolean isProbability = votes.stream().allMatch(vote -> vote.weight() >= 0);
    var isSecond = score.gt(isProbability ? 0.5 : 0).squeeze(1);
    boolean isShare = isProbability && (transform.equals("NONE") || transform.equals("PROBIT"));
    var other = isShare ? score.neg().add(1) : score.neg();
    var y = LearnedOps.transformed(transform, Value.concat(1, other, score));
    var label =
        labels.size() == 1 ? labels.orNone(c, isSecond) : labels.at(c, isSecond.cast(DType.I32));
    return List.of(label, OnnxValue.Tensor.of(y));
  }
}
