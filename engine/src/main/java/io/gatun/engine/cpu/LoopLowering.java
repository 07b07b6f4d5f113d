package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Fold;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lowers a [LoopKernel] to one LLVM function with explicit vectors; see [LoopPlan] for the modes.
/// Results do not depend on how the units are cut into chunks.
public final class LoopLowering {
  /// Folds over more points than this flush their accumulators every [#FLUSH] steps.
  private static final long LONG_FOLD = 4096;

  private static final int FLUSH = 128;

  /// Rows longer than this are not kept in scratch memory.
  private static final long ROW_BYTES = 1 << 18;

  private final LoopKernel kernel;
  private final LoopPlan plan;
  private final Ir ir;
  private final Scope scope;
  private final ExprEmitter exprs;
  private final boolean nontemporal;
  private final Map<Expr, RowBuffer> rows = new HashMap<>();
  private long scratchBytes;

  private LoopLowering(
      IrModule module, LoopKernel kernel, LoopPlan plan, List<Ssa> pointers, boolean nontemporal) {
    this.kernel = kernel;
    this.plan = plan;
    this.nontemporal = nontemporal;
    ir = new Ir(module);
    scope = new Scope(ir);
    scope.keepLoops();
    exprs = new ExprEmitter(ir, scope, pointers);
  }

  /// Adds the function `name` to the module. Buffer `i` of the kernel is at `table[slots[i]]`;
  /// buffers with the same slot are one array. `vectorBytes` is the width of the host's registers.
  public static LoweredLoop lower(
      IrModule module, String name, LoopKernel kernel, int[] slots, int vectorBytes) {
    LoopKernel merged = LoopMerge.apply(kernel);
    LoopPlan plan = LoopPlan.of(merged, vectorBytes);
    var function = new LoopFunction(module, name, slots);
    boolean streams = Streaming.isWorthwhile(merged, plan);
    var plain = new LoopLowering(module, merged, plan, function.pointers(), false);
    plain.emit();
    function.add(plain.ir, plain.scope, "plain");
    if (streams) {
      var streaming = new LoopLowering(module, merged, plan, function.pointers(), true);
      streaming.emit();
      function.add(streaming.ir, streaming.scope, "streaming");
    }
    function.finish(streams ? merged.written() : List.of());
    double points = (double) LoopPlan.points(merged.inner()) * (plan.isRow() ? 1 : plan.block());
    return new LoweredLoop(
        name, plan.units(), LoopCost.grain(merged, plan.lane(), points), plain.scratchBytes);
  }

  private void emit() {
    Ssa begin = new Ssa("%begin", "i64", 1);
    Ssa end = new Ssa("%end", "i64", 1);
    if (plan.isRow()) {
      scope.loop(begin, end, 1, false, unit -> row(unit));
    } else if (plan.tuple().isEmpty()) {
      columns(begin, end);
    } else {
      runs(begin, end);
    }
  }

  /// Cuts the units into runs of blocks of the same index of the tuple.
  private void runs(Ssa begin, Ssa end) {
    long blocks = plan.blocks();
    if (blocks == 1) {
      scope.loop(
          begin,
          end,
          1,
          false,
          unit -> {
            bindTuple(unit);
            columns(Ir.i64(0), Ir.i64(1));
          });
      return;
    }
    if (plan.isCrossed()) {
      crossed(begin, end);
      return;
    }
    Ssa first = ir.binary("udiv", begin, blocks);
    Ssa last = ir.binary("udiv", ir.binary("add", end, blocks - 1), blocks);
    scope.loop(
        first,
        last,
        1,
        false,
        tuple -> {
          bindTuple(tuple);
          Ssa start = ir.binary("mul", tuple, blocks);
          Ssa from = ir.binary("sub", begin, start);
          Ssa to = ir.binary("sub", end, start);
          columns(
              ir.call("llvm.smax.i64", "i64", 1, "", from, Ir.i64(0)),
              ir.call("llvm.smin.i64", "i64", 1, "", to, Ir.i64(blocks)));
        });
  }

  /// Units whose order is: outer variables of the tuple, block, last variable of the tuple.
  private void crossed(Ssa begin, Ssa end) {
    long extent = plan.tuple().getLast().extent();
    scope.loop(
        begin,
        end,
        1,
        false,
        unit -> {
          Ssa rest = ir.binary("udiv", unit, extent);
          Ssa block = ir.binary("urem", rest, plan.blocks());
          Ssa outer = ir.binary("udiv", rest, plan.blocks());
          Ssa last = ir.binary("urem", unit, extent);
          bindTuple(ir.binary("add", ir.binary("mul", outer, extent), last));
          columns(block, ir.binary("add", block, 1));
        });
  }

  private void bindTuple(Ssa unit) {
    Ssa rest = unit;
    var variables = plan.tuple().reversed();
    for (int i = 0; i < variables.size(); i++) {
      Var v = variables.get(i);
      boolean outermost = i == variables.size() - 1;
      scope.bind(v, outermost ? rest : ir.binary("urem", rest, v.extent()));
      if (!outermost) rest = ir.binary("udiv", rest, v.extent());
    }
  }

  /// The blocks `from .. to - 1` along the lane variable; the last block may be cut short.
  private void columns(Ssa from, Ssa to) {
    int extent = plan.lane().extent();
    long whole = extent / plan.block();
    int rest = extent % plan.block();
    if (whole > 0) {
      Ssa limit = rest == 0 ? to : ir.call("llvm.smin.i64", "i64", 1, "", to, Ir.i64(whole));
      Ssa start = ir.binary("mul", from, plan.block());
      Ssa stop = ir.binary("mul", limit, plan.block());
      var lanes = Lanes.full(plan.lane(), plan.width(), plan.vectors());
      scope.loop(start, stop, plan.block(), false, x -> column(x, lanes));
    }
    if (rest == 0) return;
    var lanes = Lanes.of(plan.lane(), plan.width(), rest);
    Ssa x = Ir.i64(whole * plan.block());
    if (whole == 0) scope.block(() -> column(x, lanes));
    else scope.when(ir.binary("icmp sgt", to, whole), () -> column(x, lanes));
  }

  private void column(Ssa x, Lanes lanes) {
    scope.bind(plan.lane(), x);
    exprs.use(lanes);
    int number = 0;
    for (var stage : kernel.stages()) {
      if (kernel.inner().isEmpty() && stage.folds().isEmpty()) {
        store(stage.stores());
        continue;
      }
      boolean isLong = LoopPlan.points(kernel.inner()) > LONG_FOLD;
      var folds = accumulators(stage, lanes, isLong);
      if (LoopPlan.points(kernel.inner()) > 0) {
        scope.nest(
            kernel.inner(),
            () -> {
              guarded(stage, folds);
              store(stage.stores());
              flush(folds, kernel.inner().isEmpty() ? x : position());
            });
      }
      for (FoldEmitter fold : folds) exprs.bindFold(number++, fold.lanes());
    }
    store(kernel.finals());
  }

  private List<FoldEmitter> accumulators(LoopKernel.Stage stage, Lanes lanes, boolean isLong) {
    var folds = new ArrayList<FoldEmitter>();
    for (Fold fold : stage.folds()) {
      folds.add(new FoldEmitter(ir, fold, lanes.width(), lanes.vectors(), isLong));
    }
    return folds;
  }

  /// Folds one point. Where its guard is the same for all lanes, a branch takes the place of masks,
  /// each of which would cost as much as a multiplication.
  private void guarded(LoopKernel.Stage stage, List<FoldEmitter> folds) {
    var guard = commonGuard(stage);
    if (guard.isEmpty()) {
      accumulate(stage, folds);
      return;
    }
    Var innermost = kernel.inner().getLast();
    Ssa at = scope.value(innermost);
    Ssa inside = exprs.indices().within(guard.get(), 0).orElseThrow();
    for (boolean holds : new boolean[] {true, false}) {
      scope.when(
          holds ? inside : ir.binary("xor", inside, 1),
          () -> {
            // What depends on the variable belongs into this branch.
            scope.bind(innermost, at);
            exprs.indices().assuming(guard.get(), holds, () -> accumulate(stage, folds));
          });
      scope.bind(innermost, at);
    }
  }

  /// The guard of all that a stage folds, if there is one alone, the same for all lanes, that
  /// changes in the innermost loop.
  private Optional<List<Bound>> commonGuard(LoopKernel.Stage stage) {
    if (kernel.inner().isEmpty() || !stage.stores().isEmpty()) return Optional.empty();
    var guards = new LinkedHashSet<List<Bound>>();
    for (Fold fold : stage.folds()) {
      for (Expr expr : KernelIndices.exprs(fold.value())) {
        if (expr.op() instanceof ExprOp.Within(var bounds)) guards.add(bounds);
        if (expr.op() instanceof ExprOp.Load(_, _, var bounds)) guards.add(bounds);
      }
    }
    guards.removeIf(bounds -> bounds.stream().allMatch(Bound::isCertain));
    if (guards.size() != 1) return Optional.empty();
    var guard = guards.getFirst();
    Var innermost = kernel.inner().getLast();
    boolean isUniform = guard.stream().noneMatch(b -> exprs.indices().varies(b.index()));
    boolean changes = guard.stream().anyMatch(b -> b.index().anyVar(innermost::equals));
    return isUniform && changes ? Optional.of(guard) : Optional.empty();
  }

  private void accumulate(LoopKernel.Stage stage, List<FoldEmitter> folds) {
    Lanes lanes = exprs.lanes();
    for (int u = 0; u < lanes.vectors(); u++) {
      for (int f = 0; f < folds.size(); f++) {
        Ssa value = exprs.vector(stage.folds().get(f).value(), u);
        folds.get(f).add(u, value, plan.isRow() ? exprs.mask(u) : Optional.empty(), this::places);
      }
    }
  }

  /// Inner positions of the lanes of vector `u` as `i32`.
  private Ssa places(int u) {
    Index position = Index.rowMajor(kernel.inner());
    if (exprs.indices().varies(position)) return exprs.indices().vector(position, u, "i32");
    Ssa scalar = exprs.indices().scalar(position);
    return ir.splat(ir.convert("trunc", scalar, "i32"), exprs.lanes().width());
  }

  private Ssa position() {
    return exprs.indices().scalar(Index.rowMajor(kernel.inner()));
  }

  /// Every [#FLUSH] steps of the innermost loop, told by a counter.
  private void flush(List<FoldEmitter> folds, Ssa counter) {
    if (folds.stream().noneMatch(FoldEmitter::wantsFlush)) return;
    Ssa due = ir.binary("icmp eq", ir.binary("and", counter, FLUSH - 1), FLUSH - 1);
    scope.when(
        due, () -> folds.stream().filter(FoldEmitter::wantsFlush).forEach(FoldEmitter::flush));
  }

  private void store(List<Store> stores) {
    for (int u = 0; u < exprs.lanes().vectors(); u++) {
      for (Store store : stores) prepare(store, u);
      for (Store store : stores) exprs.store(store, u, nontemporal);
    }
  }

  /// Computes the value before any store of this point: a buffer may be updated in place.
  private void prepare(Store store, int u) {
    if (exprs.indices().varies(store.offset())) exprs.vector(store.value(), u);
    else exprs.value(store.value(), u);
  }

  private void row(Ssa unit) {
    exprs.use(Lanes.SCALAR);
    exprs.forgetRows();
    bindTuple(unit);
    planRows();
    int number = 0;
    for (int s = 0; s < kernel.stages().size(); s++) {
      var stage = kernel.stages().get(s);
      var lanes = Lanes.full(plan.lane(), plan.width(), plan.vectors());
      boolean isLong = LoopPlan.points(kernel.inner()) > LONG_FOLD;
      var folds = accumulators(stage, lanes, isLong);
      var kept = keptIn(stage);
      if (LoopPlan.points(kernel.inner()) > 0) {
        var others = kernel.inner().stream().filter(v -> !v.equals(plan.lane())).toList();
        scope.nest(others, () -> rowLanes(stage, folds, kept));
      }
      exprs.use(Lanes.SCALAR);
      for (FoldEmitter fold : folds) exprs.bindFold(number++, fold.folded());
      kept.forEach(e -> exprs.readFrom(e, rows.get(e)));
    }
    store(kernel.finals());
  }

  private void rowLanes(LoopKernel.Stage stage, List<FoldEmitter> folds, List<Expr> kept) {
    int extent = plan.lane().extent();
    long whole = extent / plan.block();
    int rest = extent % plan.block();
    if (whole > 0) {
      var lanes = Lanes.full(plan.lane(), plan.width(), plan.vectors());
      exprs.use(lanes);
      scope.loop(
          Ir.i64(0),
          Ir.i64(whole * plan.block()),
          plan.block(),
          true,
          x -> {
            rowBody(x, stage, folds, kept);
            flush(folds, ir.binary("udiv", x, plan.block()));
          });
    }
    if (rest > 0) {
      exprs.use(Lanes.of(plan.lane(), plan.width(), rest));
      scope.block(() -> rowBody(Ir.i64(whole * plan.block()), stage, folds, kept));
    }
    if (kernel.inner().size() > 1) {
      folds.stream().filter(FoldEmitter::wantsFlush).forEach(FoldEmitter::flush);
    }
  }

  private void rowBody(Ssa x, LoopKernel.Stage stage, List<FoldEmitter> folds, List<Expr> kept) {
    scope.bind(plan.lane(), x);
    for (int u = 0; u < exprs.lanes().vectors(); u++) {
      for (Expr e : kept) rows.get(e).write(ir, exprs, u, exprs.vector(e, u));
    }
    accumulate(stage, folds);
    store(stage.stores());
  }

  /// Lays out the rows that are kept between stages.
  private void planRows() {
    rows.clear();
    scratchBytes = 0;
    if (!plan.lane().equals(kernel.inner().getLast())) return;
    Index position = Index.rowMajor(kernel.inner());
    var scratch = new Ssa("%scratch", "ptr", 1);
    for (Expr e : LoopCost.sharedValues(kernel, plan.lane())) {
      String element = Registers.register(e.dtype());
      long bytes = (LoopPlan.points(kernel.inner()) + plan.width()) * MemoryEmitter.bytes(element);
      if (bytes > ROW_BYTES) continue;
      rows.put(e, new RowBuffer(scratch, scratchBytes, element, position));
      scratchBytes += (bytes + 63) / 64 * 64;
    }
  }

  /// The kept values that this stage computes first.
  private List<Expr> keptIn(LoopKernel.Stage stage) {
    var used = new LinkedHashSet<Expr>();
    stage.folds().forEach(f -> used.addAll(KernelIndices.exprs(f.value())));
    stage.stores().forEach(s -> used.addAll(KernelIndices.exprs(s.value())));
    return used.stream().filter(e -> rows.containsKey(e) && !exprs.isRead(e)).toList();
  }
}
