package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.OpSample;
import io.gatun.graph.testing.SampleArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LowerConvolutionsTest {
  private static final int CASES = 600;
  private static final int[][] CHANNELS = {
    // C, O, groups
    {1, 1, 1}, {3, 5, 1}, {4, 70, 1}, {4, 6, 2}, {3, 3, 3}, {2, 6, 2}, {2, 10, 2}
  };

  @Test
  void loweredConvolutionsAndGradientsEqualTheReference() {
    int made = 0;
    for (long seed = 0; made < CASES; seed++) {
      var random = new Random(seed);
      var window = window(random);
      int[] channels = CHANNELS[random.nextInt(CHANNELS.length)];
      var dims = new ArrayList<Integer>();
      dims.add(random.nextInt(1, 3));
      for (int axis = 0; axis < window.rank(); axis++) dims.add(random.nextInt(1, 8));
      dims.add(channels[0]);
      var filter = new ArrayList<>(window.size());
      filter.add(channels[0] / channels[2]);
      filter.add(channels[1]);
      made += check(window, channels[2], new Shape(dims), new Shape(filter), seed);
    }
  }

  private static Window window(Random random) {
    int rank = random.nextInt(1, 4);
    return new Window(
        amounts(random, rank, 1, 4),
        amounts(random, rank, 1, 4),
        amounts(random, rank, 1, 3),
        amounts(random, rank, 0, 3),
        amounts(random, rank, 0, 3));
  }

  private static List<Integer> amounts(Random random, int rank, int from, int to) {
    boolean plain = random.nextBoolean();
    return random.ints(rank, from, to).map(v -> plain ? from : v).boxed().toList();
  }

  /// The number of cases made: none where the window does not fit.
  private static int check(Window window, int groups, Shape x, Shape w, long seed) {
    var typeX = new TensorType(DType.F32, x);
    var typeW = typeX.with(w);
    var conv = new Conv(window, groups);
    TensorType typeY;
    try {
      typeY = conv.infer(List.of(typeX, typeW));
    } catch (GraphException windowDoesNotFit) {
      return 0;
    }
    var arrayX = SampleArrays.random(typeX, seed);
    var arrayW = SampleArrays.random(typeW, seed + 1);
    var arrayY = SampleArrays.random(typeY, seed + 2);
    var samples =
        List.of(
            new OpSample(conv, List.of(arrayX, arrayW)),
            new OpSample(new ConvGradFilter(window, groups, w), List.of(arrayX, arrayY)),
            new OpSample(new ConvGradInput(window, groups, x), List.of(arrayY, arrayW)));
    for (OpSample sample : samples) {
      Graph graph = sample.graph();
      var lowered = new LowerConvolutions().run(graph);
      ValueCheck.assertPreserves(graph, lowered, sample.operands(), "seed " + seed);
      var cleaned = new Simplify().run(lowered);
      ValueCheck.assertPreserves(graph, cleaned, sample.operands(), "simplified, seed " + seed);
    }
    return 1;
  }

  @Test
  void theGradientOfAStridedConvolutionScattersWhereZerosWouldCostMore() {
    assertTrue(folds(strided(64)));
    assertTrue(!folds(strided(2)));
  }

  private static Graph strided(int outputs) {
    var window = Window.of(3, 3).withStride(2, 2);
    var dy = TensorType.f32(1, 4, 4, outputs);
    var sample =
        new OpSample(
            new ConvGradInput(window, 1, Shape.of(1, 9, 9, 3)),
            List.of(
                SampleArrays.random(dy, 1),
                SampleArrays.random(TensorType.f32(3, 3, 3, outputs), 2)));
    return new LowerConvolutions().run(sample.graph());
  }

  private static boolean folds(Graph graph) {
    return graph.nodes().stream().anyMatch(n -> n.op() instanceof FoldWindows);
  }
}
