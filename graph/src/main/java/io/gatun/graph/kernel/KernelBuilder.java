package io.gatun.graph.kernel;

import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Turns the nodes of a group into one kernel, or says why they are none.
///
/// The group has at most one *anchor*, which gives the loop variables: a contraction (batch, m, n
/// and k), or reductions that share their axes (outer and inner variables); without one, the
/// variables are the axes of what is stored. Everything else is pulled at indices over these
/// variables.
public final class KernelBuilder {
  /// A row that is walked several times should stay in the first-level cache.
  private static final long MAX_ROW = 16 * 1024;

  /// Below this many evaluations no recomputation is worth a store.
  static final long SMALL = 4096;

  private final List<Node> nodes;
  private final List<Node> stored;
  private final Domain domain = new Domain();
  private final Map<Expr, Integer> stageOf = new HashMap<>();
  private Pull pull;
  private Optional<Bands> bands = Optional.empty();

  private KernelBuilder(List<Node> nodes, List<Node> stored) {
    this.nodes = nodes;
    this.stored = stored;
    this.pull = new Pull(Set.copyOf(nodes));
  }

  /// The kernel that computes `nodes` (in topological order) and stores `stored`, some of them.
  ///
  /// @throws NotFusable when they do not make one kernel
  public static Kernel build(List<Node> nodes, List<Node> stored) {
    for (Node node : nodes) {
      if (!hasOwnKernel(node)) continue;
      if (nodes.size() == 1) return ownKernel(nodes);
      throw new NotFusable(node.op().text() + " has a kernel of its own");
    }
    return new KernelBuilder(nodes, stored).build();
  }

  /// True where no loop or contraction is generated for the node.
  public static boolean hasOwnKernel(Node node) {
    return switch (node.op().pattern()) {
      case LIBRARY -> !IndexedKernels.isAnchor(node) || isEmpty(node);
      case CONTRACT -> !(node.op() instanceof MatMul) || isEmpty(node);
      case SOURCE, MAP, REDUCE -> false;
    };
  }

  /// True for the operations whose results are complete only when their kernel is done: what feeds
  /// them joins their kernel, what follows never does.
  public static boolean isLast(Node node) {
    return IndexedKernels.isAnchor(node);
  }

  /// The kernel of a node that has its own, or of several results of one scan or composite.
  public static Kernel ownKernel(List<Node> nodes) {
    if (!(nodes.getFirst().op() instanceof Scan)) return new ReferenceKernel(nodes);
    return new ScanKernel(
        nodes.stream().sorted(Comparator.comparingInt(n -> ((Scan) n.op()).output())).toList());
  }

  /// True where one evaluation costs so much that it is rather stored than repeated.
  public static boolean isExpensive(Node node) {
    return Costs.of(node.op()) >= Costs.EXPENSIVE;
  }

  /// True where an operand has no elements.
  private static boolean isEmpty(Node node) {
    return node.inputs().stream().anyMatch(i -> i.type().size() == 0);
  }

  private Kernel build() {
    var indexed = nodes.stream().filter(IndexedKernels::isAnchor).toList();
    var contractions = nodes.stream().filter(n -> n.op() instanceof MatMul).toList();
    var reductions = nodes.stream().filter(n -> n.op().pattern() == Op.Pattern.REDUCE).toList();
    if (contractions.size() > 1) throw new NotFusable("there is a contraction already");
    if (!contractions.isEmpty() && !reductions.isEmpty()) {
      throw new NotFusable("a contraction and a reduction have different loops");
    }
    if (indexed.size() + contractions.size() > 1 || !indexed.isEmpty() && !reductions.isEmpty()) {
      throw new NotFusable("a scatter or a sort has loops of its own");
    }
    Supplier<Kernel> shape =
        !indexed.isEmpty()
            ? () -> new IndexedKernels(nodes, domain, pull).build(indexed.getFirst(), stored)
            : !contractions.isEmpty()
                ? () -> contraction(contractions.getFirst())
                : reductions.isEmpty() ? this::map : () -> reduction(reductions);
    var kernel = cut(shape);
    if (indexed.size() + contractions.size() + reductions.size() > 0) return kernel;
    return inBands((LoopKernel) kernel);
  }

  /// A split can uncover divisions of its parts, so it takes a few rounds.
  private Kernel cut(Supplier<Kernel> shape) {
    for (int round = 0; ; round++) {
      var kernel = shape.get();
      if (round == 4 || !findCuts(kernel)) return kernel;
      restart();
    }
  }

  private void restart() {
    domain.restart();
    stageOf.clear();
    pull = new Pull(Set.copyOf(nodes));
  }

  /// A map cut into bands where that resolves bounds and computes nothing twice.
  private Kernel inBands(LoopKernel whole) {
    var dims = stored.getLast().type().shape().dims();
    if (whole.outer().size() != dims.size()) return whole;
    bands = Bands.of(stored, dims, whole.outer(), pull.exprs.all());
    if (bands.isEmpty()) return whole;
    restart();
    try {
      return cut(this::map);
    } catch (NotFusable repeated) {
      return whole;
    }
  }

  private boolean findCuts(Kernel kernel) {
    var found = new boolean[1];
    var indices = new ArrayList<>(kernel.storedAt());
    pull.exprs.all().forEach(e -> indices.addAll(ExprOp.indices(e.op())));
    for (Index index : indices) {
      index.eachDivision((dividend, by) -> found[0] |= domain.cut(dividend, by));
    }
    return found[0];
  }

  // --- kernels without an anchor

  private Kernel map() {
    var dims = stored.getLast().type().shape().dims();
    var looped = new ArrayList<>(dims);
    bands.ifPresent(b -> looped.set(b.axis(), b.width()));
    var outer = new ArrayList<Var>();
    var index = axes(looped, outer);
    var stores = new ArrayList<Store>();
    for (int band = 0; band < bands.map(Bands::count).orElse(1); band++) {
      var at = bands.isPresent() ? bands.get().index(index, band) : index;
      for (Node node : stored) stores.add(store(node, Positions.reshaped(at, dims, node)));
    }
    Recomputation.check(nodes, pull, outer, List.of());
    var stage = new LoopKernel.Stage(List.of(), stores);
    return new LoopKernel(pull.buffers, outer, List.of(), List.of(stage), List.of());
  }

  private List<Index> axes(List<Integer> dims, List<Var> variables) {
    var index = new ArrayList<Index>();
    for (int axis = 0; axis < dims.size(); axis++) {
      var dimension = domain.dimension("i" + axis, dims.get(axis));
      variables.addAll(dimension.variables());
      index.add(dimension.index());
    }
    return index;
  }

  private Store store(Node node, List<Index> index) {
    var value = pull.at(node, index, List.of());
    return new Store(pull.buffer(node), Index.flat(index, node.type().shape().strides()), value);
  }

  // --- reductions

  private Kernel reduction(List<Node> reductions) {
    var first = reductions.getFirst();
    var outer = new ArrayList<Var>();
    var inner = new ArrayList<Var>();
    var folds = new ArrayList<Fold>();
    var stageOfFold = new ArrayList<Integer>();
    List<Index> full = List.of();
    List<Integer> fullDims = List.of();
    if (first.op() instanceof FoldWindows fold) {
      if (reductions.size() > 1) throw new NotFusable("overlapping windows are summed alone");
      folds.add(foldWindows(first, fold, outer, inner));
      stageOfFold.add(0);
    } else {
      fullDims = first.input(0).type().shape().dims();
      full = operandAxes((Reduce) first.op(), fullDims, outer, inner);
      for (Node node : reductions) {
        if (!(node.op() instanceof Reduce reduce)
            || !node.input(0).type().shape().dims().equals(fullDims)
            || !reduce.axes().equals(((Reduce) first.op()).axes())) {
          throw new NotFusable("reductions run over different axes");
        }
        var value = pull.at(node.input(0), full, List.of());
        stageOfFold.add(stage(value, stageOfFold));
        pull.place(node, resultIndex(reduce, full), folds.size());
        folds.add(new Fold(reduce.kind(), value));
      }
    }
    var kernel = assemble(first, outer, inner, folds, stageOfFold, full, fullDims);
    Recomputation.check(nodes, pull, outer, inner);
    return kernel;
  }

  private List<Index> operandAxes(
      Reduce reduce, List<Integer> dims, List<Var> outer, List<Var> inner) {
    var index = new ArrayList<Index>();
    for (int axis = 0; axis < dims.size(); axis++) {
      boolean reduced = reduce.axes().contains(axis);
      var dimension = domain.dimension((reduced ? "r" : "i") + axis, dims.get(axis));
      (reduced ? inner : outer).addAll(dimension.variables());
      index.add(dimension.index());
    }
    return index;
  }

  private static List<Index> resultIndex(Reduce reduce, List<Index> full) {
    var index = new ArrayList<Index>();
    for (int axis = 0; axis < full.size(); axis++) {
      if (!reduce.axes().contains(axis)) index.add(full.get(axis));
      else if (reduce.keep()) index.add(Index.ZERO);
    }
    return index;
  }

  /// Element `s` gathers from tap `t` of window `(s + padLow - t * dilation) / stride`, if any.
  private Fold foldWindows(Node node, FoldWindows fold, List<Var> outer, List<Var> inner) {
    var index = axes(fold.shape().dims(), outer);
    var window = fold.window();
    int rank = window.rank();
    var windows = node.input(0).type().shape();
    var from = new ArrayList<Index>(List.of(index.getFirst()));
    var taps = new ArrayList<Index>();
    var bounds = new ArrayList<Bound>();
    for (int axis = 0; axis < rank; axis++) {
      var tap = domain.dimension("r" + axis, window.size().get(axis));
      inner.addAll(tap.variables());
      taps.add(tap.index());
      int stride = window.stride().get(axis);
      var at =
          index
              .get(1 + axis)
              .plus(window.padLow().get(axis))
              .minus(tap.index().times(window.dilation().get(axis)));
      bounds.add(new Bound(at, (windows.dim(1 + axis) - 1L) * stride + 1, stride));
      from.add(at.div(stride));
    }
    from.addAll(taps);
    from.add(index.getLast());
    var value = pull.guarded(node, from, bounds, List.of(), 0);
    pull.place(node, index, 0);
    return new Fold(Reduce.Kind.SUM, value);
  }

  private Kernel assemble(
      Node anchor,
      List<Var> outer,
      List<Var> inner,
      List<Fold> folds,
      List<Integer> stageOfFold,
      List<Index> full,
      List<Integer> fullDims) {
    var positions = Positions.of(nodes, pull);
    var finals = new ArrayList<Store>();
    var stores = new HashMap<Integer, List<Store>>();
    int last = stageOfFold.stream().mapToInt(i -> i).max().orElse(0);
    for (Node node : stored) {
      var position = positions.get(node);
      if (position != null) {
        finals.add(store(node, position));
      } else if (!full.isEmpty() && node.type().size() == sizeOf(fullDims)) {
        var store = store(node, Positions.reshaped(full, fullDims, node));
        int stage = stage(store.value(), stageOfFold);
        stores.computeIfAbsent(stage, _ -> new ArrayList<>()).add(store);
        last = Math.max(last, stage);
      } else {
        throw new NotFusable(node + " is stored neither along the reduction nor beside it");
      }
    }
    if (last > 0) checkRow(anchor, inner);
    var stages = new ArrayList<LoopKernel.Stage>();
    var order = new ArrayList<Integer>();
    for (int stage = 0; stage <= last; stage++) {
      var own = new ArrayList<Fold>();
      for (int i = 0; i < folds.size(); i++) {
        if (stageOfFold.get(i) != stage) continue;
        own.add(folds.get(i));
        order.add(i);
      }
      stages.add(new LoopKernel.Stage(own, stores.getOrDefault(stage, List.of())));
    }
    if (!order.stream().sorted().toList().equals(order)) {
      throw new NotFusable("the reductions' stages interleave");
    }
    return new LoopKernel(pull.buffers, outer, inner, stages, finals);
  }

  private static long sizeOf(List<Integer> dims) {
    return new Shape(dims).size();
  }

  /// The first stage in which a value can be computed: after the folds that go into it.
  private int stage(Expr value, List<Integer> stageOfFold) {
    if (!value.usesFold()) return 0;
    var known = stageOf.get(value);
    if (known != null) return known;
    int stage = value.op() instanceof ExprOp.Folded(int fold) ? stageOfFold.get(fold) + 1 : 0;
    for (Expr operand : value.operands()) {
      stage = Math.max(stage, stage(operand, stageOfFold));
    }
    stageOf.put(value, stage);
    return stage;
  }

  private static void checkRow(Node anchor, List<Var> inner) {
    if (!(anchor.op() instanceof Reduce(_, var axes, _))) return;
    var shape = anchor.input(0).type().shape();
    if (shape.size() <= SMALL) return;
    if (!axes.contains(shape.rank() - 1)) {
      throw new NotFusable("rows along other than the last axis would be walked several times");
    }
    if (ContractKernel.size(inner) > MAX_ROW) {
      throw new NotFusable("a row of " + ContractKernel.size(inner) + " would not stay in cache");
    }
  }

  // --- contractions

  private Kernel contraction(Node node) {
    var op = (MatMul) node.op();
    var dims = node.type().shape().dims();
    int rank = dims.size();
    var batch = new ArrayList<Var>();
    var index = axes(dims.subList(0, rank - 2), batch);
    var m = domain.dimension("m", dims.get(rank - 2));
    var n = domain.dimension("n", dims.get(rank - 1));
    var shapeA = node.input(0).type().shape();
    var k = domain.dimension("k", shapeA.dim(op.transposeA() ? rank - 2 : rank - 1));
    var a = operand(node.input(0), index, op.transposeA() ? k : m, op.transposeA() ? m : k);
    var b = operand(node.input(1), index, op.transposeB() ? n : k, op.transposeB() ? k : n);
    OperandValues.checkFirst(a);
    new OperandValues(pull.buffers).checkSecond(b);
    index.add(m.index());
    index.add(n.index());
    pull.place(node, index, 0);
    var positions = Positions.of(nodes, pull);
    var stores = new ArrayList<Store>();
    for (Node result : stored) {
      var at = positions.get(result);
      stores.add(store(result, at != null ? at : Positions.reshaped(index, dims, result)));
    }
    var outer = new ArrayList<>(batch);
    outer.addAll(m.variables());
    outer.addAll(n.variables());
    Recomputation.check(nodes, pull, outer, List.of());
    return new ContractKernel(
        pull.buffers, batch, m.variables(), n.variables(), k.variables(), a, b, stores);
  }

  private Expr operand(
      Node node, List<Index> batch, Domain.Dimension row, Domain.Dimension column) {
    var index = new ArrayList<>(batch);
    index.add(row.index());
    index.add(column.index());
    return pull.at(node, index, List.of());
  }
}
