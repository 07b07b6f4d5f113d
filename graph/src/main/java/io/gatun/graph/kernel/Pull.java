package io.gatun.graph.kernel;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Computes single elements symbolically: the value of a node at an index, as a scalar program over
/// loads. Movement operations turn the index of their result into one of their operand; padding
/// turns into bounds.
final class Pull {
  /// Constants of up to this many elements are searched for being one repeated number.
  private static final int SPLAT = 64;

  private record Key(Node node, List<Index> index, List<Bound> bounds) {}

  final Exprs exprs = new Exprs();
  final List<Node> buffers = new ArrayList<>();
  private final Set<Node> inside;
  private final Map<Key, Expr> values = new HashMap<>();
  private final Map<Node, Set<List<Index>>> demanded = new HashMap<>();
  private final Map<Node, Placed> folded = new HashMap<>();

  /// The value of a fold and the only index at which the kernel has it.
  private record Placed(List<Index> index, Expr value) {}

  /// `inside`: the nodes of the group; all others are read from memory.
  Pull(Set<Node> inside) {
    this.inside = inside;
  }

  /// Declares that `node` is fold number `fold` at `index`.
  void place(Node node, List<Index> index, int fold) {
    folded.put(
        node,
        new Placed(index, exprs.add(new ExprOp.Folded(fold), List.of(), node.type().dtype())));
  }

  /// The index at which the kernel has each fold; a fresh map.
  Map<Node, List<Index>> places() {
    var places = new HashMap<Node, List<Index>>();
    folded.forEach((node, placed) -> places.put(node, placed.index));
    return places;
  }

  /// Position of the node's array among the kernel's buffers.
  int buffer(Node node) {
    if (!buffers.contains(node)) buffers.add(node);
    return buffers.indexOf(node);
  }

  /// How many different elements of `node` one point of the kernel computes.
  int demands(Node node) {
    return demanded.getOrDefault(node, Set.of()).size();
  }

  /// The expressions that `node` has become.
  List<Expr> expressions(Node node) {
    return values.entrySet().stream()
        .filter(e -> e.getKey().node == node)
        .map(Map.Entry::getValue)
        .toList();
  }

  /// Element `index` of `node`; read only where all `bounds` hold.
  Expr at(Node node, List<Index> index, List<Bound> bounds) {
    var key = new Key(node, index, bounds);
    var known = values.get(key);
    if (known != null) return known;
    var value = inside.contains(node) ? compute(node, index, bounds) : load(node, index, bounds);
    values.put(key, value);
    return value;
  }

  private Expr load(Node node, List<Index> index, List<Bound> bounds) {
    var type = node.type();
    if (node.op() instanceof Constant(var literal) && type.size() <= SPLAT && type.size() > 0) {
      double first = literal.at(0);
      boolean same = true;
      for (int i = 1; i < type.size(); i++) {
        same &= Double.compare(literal.at(i), first) == 0;
      }
      boolean exact = type.dtype() != DType.I64 || Math.abs(first) < 0x1p53;
      if (same && exact) return exprs.number(first, type.dtype());
    }
    var offset = Index.flat(index, type.shape().strides());
    return exprs.add(new ExprOp.Load(buffer(node), offset, bounds), List.of(), type.dtype());
  }

  private Expr compute(Node node, List<Index> index, List<Bound> bounds) {
    var placed = folded.get(node);
    if (placed != null) {
      if (!placed.index.equals(index)) {
        throw new NotFusable(node + " is needed at " + index + " but computed at " + placed.index);
      }
      return placed.value;
    }
    demanded.computeIfAbsent(node, _ -> new LinkedHashSet<>()).add(index);
    var dtype = node.type().dtype();
    return switch (node.op()) {
      case Unary(var kind) -> exprs.add(new ExprOp.Un(kind), operand(node, 0, index, bounds));
      case Binary(var kind) ->
          exprs.add(
              new ExprOp.Bin(kind),
              operand(node, 0, index, bounds),
              operand(node, 1, index, bounds));
      case Select() ->
          exprs.add(
              new ExprOp.Choose(),
              operand(node, 0, index, bounds),
              operand(node, 1, index, bounds),
              operand(node, 2, index, bounds));
      case Cast _ ->
          exprs.add(new ExprOp.Convert(), List.of(operand(node, 0, index, bounds)), dtype);
      case Iota(_, int axis) -> exprs.add(new ExprOp.OfIndex(index.get(axis)), List.of(), dtype);
      case Random(var kind, var shape) ->
          exprs.add(
              new ExprOp.Draw(kind, Index.flat(index, shape.strides())),
              operand(node, 0, List.of(), bounds),
              operand(node, 1, List.of(), bounds));
      case Reshape _ ->
          operand(
              node,
              0,
              Index.unflatten(
                  Index.flat(index, node.type().shape().strides()),
                  node.input(0).type().shape().dims()),
              bounds);
      case Transpose(var permutation) -> {
        var from = new Index[index.size()];
        for (int axis = 0; axis < from.length; axis++) {
          from[permutation.get(axis)] = index.get(axis);
        }
        yield operand(node, 0, List.of(from), bounds);
      }
      case Broadcast _ -> operand(node, 0, unbroadcast(node, index), bounds);
      case Slice(var starts, _, var strides) -> {
        var from = new ArrayList<Index>();
        for (int axis = 0; axis < index.size(); axis++) {
          from.add(index.get(axis).times(strides.get(axis)).plus(starts.get(axis)));
        }
        yield operand(node, 0, from, bounds);
      }
      case Pad pad -> pad(node, pad, index, bounds);
      case Concat(int axis) -> concat(node, axis, index, bounds);
      case Reverse(var axes) -> {
        var from = new ArrayList<>(index);
        for (int axis : axes) {
          from.set(axis, index.get(axis).times(-1).plus(node.type().shape().dim(axis) - 1));
        }
        yield operand(node, 0, from, bounds);
      }
      case Windows(var window, double value) -> {
        var from = new ArrayList<Index>();
        var own = new ArrayList<Bound>();
        windowSource(node.input(0), window, index, from, own);
        yield guarded(node, from, own, bounds, value);
      }
      case Gather(int axis, boolean along) -> gather(node, axis, along, index, bounds);
      case Input _,
          Constant _,
          FoldWindows _,
          Reduce _,
          MatMul _,
          Conv _,
          ConvGradInput _,
          ConvGradFilter _,
          ScatterAdd _,
          ArgSort _,
          Scan _,
          Composite _ ->
          throw new NotFusable(
              node + " " + node.op().text() + " is no function of single elements");
    };
  }

  private Expr operand(Node node, int i, List<Index> index, List<Bound> bounds) {
    return at(node.input(i), index, bounds);
  }

  /// The index of the operand from that of the result: missing and stretched axes drop out.
  private static List<Index> unbroadcast(Node node, List<Index> index) {
    var shape = node.input(0).type().shape();
    int lead = index.size() - shape.rank();
    var from = new ArrayList<Index>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      from.add(shape.dim(axis) == 1 ? Index.ZERO : index.get(axis + lead));
    }
    return from;
  }

  private Expr pad(Node node, Pad pad, List<Index> index, List<Bound> bounds) {
    var from = new ArrayList<Index>();
    var own = new ArrayList<Bound>();
    for (int axis = 0; axis < index.size(); axis++) {
      int dim = node.input(0).type().shape().dim(axis);
      long step = pad.interior().get(axis) + 1;
      var shifted = index.get(axis).plus(-pad.low().get(axis));
      own.add(new Bound(shifted, Math.max(0, (dim - 1) * step + 1), step));
      from.add(shifted.div(step));
    }
    return guarded(node, from, own, bounds, pad.value());
  }

  /// Index into `x: [N, s..., C]` of window element `[n, out..., tap..., c]`, and its bounds.
  static void windowSource(
      Node x, Window window, List<Index> index, List<Index> from, List<Bound> bounds) {
    int rank = window.rank();
    from.add(index.getFirst());
    for (int axis = 0; axis < rank; axis++) {
      var at =
          index
              .get(1 + axis)
              .times(window.stride().get(axis))
              .plus(index.get(1 + rank + axis).times(window.dilation().get(axis)))
              .plus(-window.padLow().get(axis));
      bounds.add(new Bound(at, x.type().shape().dim(axis + 1), 1));
      from.add(at);
    }
    from.add(index.getLast());
  }

  /// Operand 0 of `node` at `from` where its `own` bounds hold, else `otherwise`.
  Expr guarded(Node node, List<Index> from, List<Bound> own, List<Bound> bounds, double otherwise) {
    var uncertain = own.stream().filter(b -> !b.isCertain()).toList();
    if (uncertain.isEmpty()) return operand(node, 0, from, bounds);
    if (uncertain.stream().anyMatch(Bound::isImpossible)) {
      return exprs.number(otherwise, node.type().dtype());
    }
    var all = new LinkedHashSet<>(bounds);
    all.addAll(uncertain);
    return exprs.add(
        new ExprOp.Choose(),
        exprs.add(new ExprOp.Within(uncertain)),
        operand(node, 0, from, List.copyOf(all)),
        exprs.number(otherwise, node.type().dtype()));
  }

  private Expr concat(Node node, int axis, List<Index> index, List<Bound> bounds) {
    Expr result = null;
    long start = node.type().shape().dim(axis);
    for (int i = node.inputs().size() - 1; i >= 0; i--) {
      int dim = node.input(i).type().shape().dim(axis);
      start -= dim;
      if (dim == 0) continue;
      var from = new ArrayList<>(index);
      from.set(axis, index.get(axis).plus(-start));
      var bound = new Bound(from.get(axis), dim, 1);
      if (bound.isCertain()) return operand(node, i, from, bounds);
      if (bound.isImpossible()) continue;
      var all = new LinkedHashSet<>(bounds);
      all.add(bound);
      var part = operand(node, i, from, List.copyOf(all));
      result =
          result == null
              ? part
              : exprs.add(
                  new ExprOp.Choose(), exprs.add(new ExprOp.Within(List.of(bound))), part, result);
    }
    // Without any element there is nothing that could be asked for.
    return result == null ? exprs.number(0, node.type().dtype()) : result;
  }

  private Expr gather(Node node, int axis, boolean along, List<Index> index, List<Bound> bounds) {
    var shape = node.input(0).type().shape();
    int rank = node.input(1).type().shape().rank();
    var at = along ? index : index.subList(axis, axis + rank);
    var loaded = new Index.Loaded(operand(node, 1, at, bounds), shape.dim(axis));
    var from = new Index[shape.rank()];
    Arrays.setAll(
        from,
        a ->
            a == axis
                ? Index.of(loaded)
                : a < axis || along ? index.get(a) : index.get(a + rank - 1));
    return operand(node, 0, List.of(from), bounds);
  }
}
