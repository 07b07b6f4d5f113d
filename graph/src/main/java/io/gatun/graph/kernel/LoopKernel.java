package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.util.List;
import java.util.stream.Stream;

/// A loop nest. For each index of the `outer` variables, the `stages` run in order: each walks all
/// indices of the `inner` variables (outermost first; none for a plain map, whose single stage has
/// one point), updating its folds and doing its stores; a later stage sees the folds of earlier
/// ones as [ExprOp.Folded]. After the last stage the `finals`, which depend on outer variables and
/// folds alone, are stored. Iterations of the outer variables are independent.
///
/// ```
/// for i<1024:                 softmax of f32[1024,1024]
///   stage 0, j<1024: f0 = max(load x[1024*i + j])
///   stage 1, j<1024: f1 = sum(exp(x - f0))
///   stage 2, j<1024: store y[1024*i + j] = exp(x - f0) / f1
/// ```
public record LoopKernel(
    List<Node> buffers, List<Var> outer, List<Var> inner, List<Stage> stages, List<Store> finals)
    implements Kernel {

  /// One walk over the inner variables. `folds` number on from those of the stages before.
  public record Stage(List<Fold> folds, List<Store> stores) {}

  @Override
  public List<Integer> written() {
    return stores().map(Store::buffer).distinct().toList();
  }

  @Override
  public List<Index> storedAt() {
    return stores().map(Store::offset).toList();
  }

  private Stream<Store> stores() {
    return Stream.concat(stages.stream().flatMap(s -> s.stores().stream()), finals.stream());
  }
}
