package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.testing.OpSample;
import io.gatun.graph.testing.OpSamples;
import io.gatun.graph.testing.RandomGraphs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassPropertyTest {
  private static final int GRAPHS = 400;

  private static List<Pass> passes() {
    return List.of(
        new ClaimComposites(Target.cpu()),
        new MergeScans(),
        new PruneScans(),
        new ProductsOfRows(),
        new SliceIndices(),
        new Simplify(),
        new FoldConstants(),
        new ScaleFilters(),
        new FoldTransposes(),
        new LowerConvolutions(),
        new SplitReductions(true));
  }

  @Test
  void eachPassPreservesTheValueOfEveryOpSample() {
    for (OpSample sample : OpSamples.all()) {
      var graph = sample.graph();
      for (Pass pass : passes()) {
        ValueCheck.assertPreserves(graph, pass.run(graph), sample.operands(), pass.name());
      }
    }
  }

  @Test
  void thePipelinePreservesTheValueOfEveryOpSampleOnConstants() {
    for (OpSample sample : OpSamples.all()) {
      if (sample.op() instanceof Input) continue;
      var builder = new GraphBuilder();
      var operands = new ArrayList<Node>();
      for (var operand : sample.operands()) {
        operands.add(builder.add(new Constant(Literal.of(operand))));
      }
      var graph = builder.build(List.of(Output.of("y", builder.add(sample.op(), operands))));
      var lowered = Pipeline.lower(graph, Target.cpu(), Pipeline.Observer.VERIFY);
      ValueCheck.assertPreserves(graph, lowered, List.of(), sample.op().text());
    }
  }

  @Test
  void eachPassAndThePipelinePreserveTheValuesOfRandomGraphs() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      var graph = RandomGraphs.of(seed);
      var arguments = RandomGraphs.arguments(graph, seed);
      for (Pass pass : passes()) {
        ValueCheck.assertPreserves(
            graph, pass.run(graph), arguments, pass.name() + ", seed " + seed);
      }
      var lowered = Pipeline.lower(graph, Target.cpu(), Pipeline.Observer.VERIFY);
      ValueCheck.assertPreserves(graph, lowered, arguments, "pipeline, seed " + seed);
    }
  }

  @Test
  void nothingIsLeftThatAGeneratorDoesNotKnow() {
    for (OpSample sample : OpSamples.all()) {
      Graph lowered = Pipeline.lower(sample.graph(), Target.cpu(), Pipeline.Observer.NONE);
      for (Node node : lowered.nodes()) {
        assertFalse(
            node.op() instanceof Conv
                || node.op() instanceof ConvGradFilter
                || node.op() instanceof ConvGradInput
                || node.op() instanceof Composite,
            lowered::toString);
      }
    }
  }
}
