package io.gatun.graph.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.KernelText;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.OpSamples;
import io.gatun.graph.testing.PlanInterpreter;
import io.gatun.graph.testing.RandomGraphs;
import io.gatun.graph.testing.SampleArrays;
import io.gatun.graph.testing.Shrinker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static Plan plan(Graph graph) {
    return Planner.plan(graph, Target.cpu());
  }

  private static String describe(Plan plan) {
    var text = new StringBuilder(plan.graph().toString());
    plan.groups().forEach(g -> text.append('\n').append(KernelText.print(g.kernel())));
    plan.refusals().forEach(r -> text.append(r).append('\n'));
    return text.toString();
  }

  private static boolean agrees(Graph graph, List<NdArray> exact) {
    var arguments = exact.stream().map(NdArray::rounded).toList();
    var want = graph.evaluate(arguments);
    var got = PlanInterpreter.run(plan(graph), arguments);
    for (int i = 0; i < want.size(); i++) {
      if (!close(want.get(i), got.get(i))) return false;
    }
    return true;
  }

  private static boolean close(NdArray want, NdArray got) {
    for (int i = 0; i < want.size(); i++) {
      double w = want.type().dtype().isFloat() ? want.type().dtype().round(want.at(i)) : want.at(i);
      double g = got.at(i);
      if (Double.compare(w, g) == 0) continue;
      double tolerance = want.type().dtype().bytes() < 4 ? 0.02 : 2e-5;
      if (!(Math.abs(w - g) <= tolerance * Math.max(1, Math.abs(w)))) return false;
    }
    return true;
  }

  @Test
  void everySampleKeepsItsValue() {
    for (var sample : OpSamples.all()) {
      if (!agrees(sample.graph(), sample.operands())) {
        fail(sample + "\n" + describe(plan(sample.graph())));
      }
    }
  }

  @Test
  void randomGraphsKeepTheirValues() {
    for (long seed = 0; seed < 300; seed++) {
      var graph = RandomGraphs.of(seed);
      if (agrees(graph, RandomGraphs.arguments(graph, seed))) continue;
      long s = seed;
      var small = Shrinker.shrink(graph, g -> !agrees(g, RandomGraphs.arguments(g, s)));
      fail("seed " + seed + "\n" + describe(plan(small)));
    }
  }

  @Test
  void valuesThatLiveTogetherNeverOverlap() {
    for (long seed = 0; seed < 100; seed++) {
      var plan = plan(RandomGraphs.of(seed));
      var groups = plan.groups();
      var lives = new ArrayList<long[]>();
      for (int i = 0; i < groups.size(); i++) {
        for (var node : groups.get(i).writes()) {
          if (!(plan.memory().places().get(node) instanceof Place.InArena(long offset))) continue;
          int end = i;
          for (int j = i; j < groups.size(); j++) if (groups.get(j).reads().contains(node)) end = j;
          lives.add(new long[] {i, end, offset, offset + node.type().bytes()});
          assertTrue(offset + node.type().bytes() <= plan.memory().arenaBytes());
        }
      }
      for (var a : lives) {
        for (var b : lives) {
          boolean together = a != b && a[0] <= b[1] && b[0] <= a[1];
          // A value may replace the one that it is computed from, element by element.
          boolean inPlace = a[2] == b[2] && a[3] == b[3] && (a[1] == b[0] || b[1] == a[0]);
          assertTrue(!together || inPlace || a[3] <= b[2] || b[3] <= a[2], "seed " + seed);
        }
      }
    }
  }

  @Test
  void softmaxIsOneRowKernel() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(64, 1000));
    var e = x.sub(x.maxKeep(1)).exp();
    t.output("y", e.div(e.sumKeep(1)));
    var plan = plan(t.graph());
    assertEquals(1, plan.groups().size(), () -> describe(plan));
    assertEquals(3, ((LoopKernel) plan.groups().getFirst().kernel()).stages().size());
  }

  /// A group normalization: its deviation goes, by a broadcast that is repeated, into two groups.
  @Test
  void mergedGroupsStillStoreWhatAThirdReads() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(2, 3, 2, 6));
    var gamma = t.input("gamma", TensorType.f32(6));
    var dy = t.input("dy", x.type());
    var cut = x.reshape(2, 6, 3, 2);
    var centered = cut.sub(cut.meanKeep(1, 3));
    var normal = centered.mul(centered.square().meanKeep(1, 3).add(1e-3).rsqrt());
    var y = normal.reshape(x.shape()).mul(gamma);
    t.output("y", y);
    var gradients = Gradient.of(List.of(y), List.of(dy), List.of(x, gamma));
    t.output("dx", gradients.get(0));
    t.output("dgamma", gradients.get(1));
    var arguments = new ArrayList<NdArray>();
    for (int i = 0; i < 3; i++) {
      int seed = i;
      arguments.add(NdArray.of(t.graph().inputTypes().get(i), at -> Math.sin(seed + 1.7 * at)));
    }
    assertTrue(agrees(t.graph(), arguments), () -> describe(plan(t.graph())));
  }

  @Test
  void biasActivationAndOptimizerJoinTheirContractions() {
    var plan = plan(mlpStep());
    var contractions =
        plan.groups().stream().filter(g -> g.kernel() instanceof ContractKernel).toList();
    assertEquals(5, contractions.size(), () -> describe(plan));
    assertTrue(plan.steps().stream().noneMatch(Step.Copy.class::isInstance), () -> describe(plan));
    assertTrue(plan.groups().size() <= 10, () -> describe(plan));
    var arguments = plan.inputs().stream().map(n -> SampleArrays.random(n.type(), n.id())).toList();
    assertTrue(agrees(plan.graph(), arguments));
  }

  @Test
  void aStepOfDescentOnAnEmbeddingTouchesTheRowsInUseAlone() {
    var t = new Tracer();
    var table = t.input("table", TensorType.f32(50, 8));
    var first = t.input("first", TensorType.of(DType.I32, 7));
    var second = t.input("second", TensorType.of(DType.I32, 3, 2));
    var loss = table.take(first, 0).exp().sum().add(table.take(second, 0).sin().sum());
    t.update(table, table.sub(Gradient.of(loss, table).mul(0.1)));
    var plan = Compiler.compile(t.graph(), Target.cpu());
    var scatters = plan.groups().stream().filter(g -> g.kernel() instanceof ScatterKernel).toList();
    assertEquals(2, scatters.size(), () -> describe(plan));
    for (Group scatter : scatters) {
      var place = plan.memory().places().get(scatter.writes().getFirst());
      assertEquals(new Place.InInput(0), place, () -> describe(plan));
    }
    assertTrue(plan.steps().stream().noneMatch(Step.Copy.class::isInstance), () -> describe(plan));
    var arguments = plan.inputs().stream().map(n -> SampleArrays.random(n.type(), n.id())).toList();
    assertTrue(agrees(plan.graph(), arguments));
  }

  @Test
  void twoScattersInARowShareTheirMemory() {
    var t = new Tracer();
    var table = t.input("table", TensorType.f32(50, 8));
    var first = t.input("first", TensorType.of(DType.I32, 7));
    var second = t.input("second", TensorType.of(DType.I32, 9));
    var loss = table.take(first, 0).exp().sum().add(table.take(second, 0).sin().sum());
    var gradient = Gradient.of(loss, table);
    t.output("y", gradient.mul(gradient));
    var plan = Compiler.compile(t.graph(), Target.cpu());
    var places =
        plan.groups().stream()
            .filter(g -> g.kernel() instanceof ScatterKernel)
            .map(g -> plan.memory().places().get(g.writes().getFirst()))
            .toList();
    assertEquals(2, places.size(), () -> describe(plan));
    assertEquals(places.get(0), places.get(1), () -> describe(plan));
  }

  /// The sum of a residual block goes where its input lies, which the block has read before.
  @Test
  void theSumOfAResidualBlockReplacesItsInput() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(64, 64));
    var w = t.input("w", TensorType.f32(64, 64));
    var in = x.matmul(w).maximum(0);
    var out = in.matmul(w).maximum(0).matmul(w).add(in).maximum(0);
    t.output("y", out.matmul(w));
    var plan = plan(t.graph());
    var groups = plan.groups();
    assertEquals(4, groups.size(), () -> describe(plan));
    Node sum = groups.get(2).writes().getFirst();
    Node input = groups.get(0).writes().getFirst();
    assertTrue(groups.get(2).reads().contains(input), () -> describe(plan));
    var places = plan.memory().places();
    assertEquals(places.get(input), places.get(sum), () -> describe(plan));
    assertEquals(places.get(input), new Place.InArena(0), () -> describe(plan));
  }

  /// Forward, hand-written backward and momentum update of a two-layer network.
  private static Graph mlpStep() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(32, 50));
    var target = t.input("target", TensorType.f32(32, 10));
    var w1 = t.input("w1", TensorType.f32(50, 20));
    var b1 = t.input("b1", TensorType.f32(20));
    var w2 = t.input("w2", TensorType.f32(20, 10));
    var h = x.matmul(w1).add(b1).maximum(0);
    var logits = h.matmul(w2);
    var e = logits.sub(logits.maxKeep(1)).exp();
    var p = e.div(e.sumKeep(1));
    var dz = p.sub(target).mul(1 / 32.0);
    var dw2 = h.transpose().matmul(dz);
    var dh = dz.matmul(w2.transpose());
    var da = dh.mul(h.gt(0).cast(h.type().dtype()));
    var dw1 = x.transpose().matmul(da);
    var db1 = da.sum(0);
    step(t, "w1", w1, dw1);
    step(t, "b1", b1, db1);
    step(t, "w2", w2, dw2);
    t.output("loss", p.sub(target).mul(p.sub(target)).sum());
    return t.graph();
  }

  private static void step(Tracer t, String name, Value parameter, Value gradient) {
    var m = t.input("m." + name, parameter.type());
    var next = m.mul(0.9).add(gradient);
    t.update(m, next);
    t.update(parameter, parameter.sub(next.mul(0.1)));
  }
}
