package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.target.RowFunction;
import io.gatun.graph.target.Target;
import java.util.ArrayList;
import java.util.List;

/// Passes in the order in which they run, each on the graph, then on the bodies of its scans.
public record Pipeline(List<Pass> passes) {
  /// What is told of each pass: its position, its name and the graph it made.
  @FunctionalInterface
  public interface Observer {
    void after(int index, String pass, Graph graph);

    /// Told nothing.
    Observer NONE = (_, _, _) -> {};

    /// Runs the verifier, whose complaint it puts down to the pass.
    Observer VERIFY =
        (index, pass, graph) -> {
          try {
            Verifier.verify(graph);
          } catch (GraphException e) {
            throw new GraphException(
                "after pass " + index + ", " + pass + ": " + e.getMessage(), e);
          }
        };

    /// This observer, then another.
    default Observer andThen(Observer next) {
      return (index, pass, graph) -> {
        after(index, pass, graph);
        next.after(index, pass, graph);
      };
    }
  }

  public Pipeline {
    passes = List.copyOf(passes);
  }

  /// The passes for a target. One that generates no kernels evaluates by the reference, which is an
  /// oracle as long as it stays apart from the optimiser: for it composites are inlined, no more.
  public static Pipeline of(Target target) {
    var claim = new ClaimComposites(target);
    if (!target.generatesKernels()) return new Pipeline(List.of(claim));
    var passes = new ArrayList<Pass>();
    if (target.composites().contains(RowFunction.CROSS_ENTROPY_TRAIN)) {
      passes.add(new LossWithGradient(target));
    }
    if (target.batchesLoops()) passes.add(new ScaleFilters());
    passes.addAll(
        List.of(
            claim,
            new MergeScans(),
            new Simplify(),
            new FoldConstants(),
            new PruneScans(),
            new FoldTransposes(),
            new LowerConvolutions(),
            new ProductsOfRows(),
            new SliceIndices(),
            new ScatterUpdates(),
            new ShareExponentials(),
            new Simplify(),
            new FoldConstants(),
            new SplitReductions(!target.batchesLoops())));
    if (target.batchesLoops()) passes.add(new TransposeConstants());
    return new Pipeline(passes);
  }

  /// `graph` made ready for `target`; `observer` sees it after each pass.
  public static Graph lower(Graph graph, Target target, Observer observer) {
    return of(target).run(graph, observer);
  }

  /// The graph after all passes.
  public Graph run(Graph graph, Observer observer) {
    for (int i = 0; i < passes.size(); i++) {
      graph = Bodies.run(passes.get(i), graph);
      observer.after(i, passes.get(i).name(), graph);
    }
    return graph;
  }
}
