package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static final TensorType TYPE = TensorType.f32(6);
  private static final TensorType COUNT = TensorType.of(DType.I64);

  @Test
  void adamStepsAsPyTorch() throws IOException {
    check("adam", new Adam(0.01, 0.9, 0.999, 1e-7));
  }

  @Test
  void sgdStepsAsPyTorch() throws IOException {
    check("sgd", Sgd.of(0.01));
    check("momentum", new Sgd(0.01, 0.9, false));
    check("nesterov", new Sgd(0.01, 0.9, true));
  }

  /// The next parameter, then the next slots.
  private static Graph step(Optimizer optimizer) {
    var t = new Tracer();
    var p = t.input("p", TYPE);
    var g = t.input("g", TYPE);
    var step = t.input("step", COUNT);
    var rate = t.input("rate", TensorType.f32());
    var slots = optimizer.slots().stream().map(s -> t.input(s, TYPE)).toList();
    var update = optimizer.update(p, g, slots, new Optimizer.Step(step, rate));
    t.output("next", update.parameter());
    for (var slot : update.slots()) t.output("slot " + slot.node().id(), slot);
    return t.graph();
  }

  private static void check(String name, Optimizer optimizer) throws IOException {
    var fixture = Fixtures.read(name);
    var graph = step(optimizer);
    var state = new ArrayList<NdArray>();
    state.add(NdArray.of(TYPE, Fixtures.doubles(fixture.path("initial"))));
    for (int i = 0; i < optimizer.slots().size(); i++) state.add(NdArray.of(TYPE, _ -> 0));
    for (int i = 0; i < fixture.path("gradients").size(); i++) {
      int number = i + 1;
      var gradient = NdArray.of(TYPE, Fixtures.doubles(fixture.path("gradients").get(i)));
      var rate = NdArray.of(TensorType.f32(), optimizer.learningRate());
      var arguments =
          new ArrayList<>(
              List.of(state.getFirst(), gradient, NdArray.ofLongs(COUNT, _ -> number), rate));
      arguments.addAll(state.subList(1, state.size()));
      var next = graph.evaluate(arguments);
      for (int s = 0; s < next.size(); s++) state.set(s, next.get(s).rounded());
      assertArrayEquals(
          Fixtures.doubles(fixture.path("parameters").get(i)),
          state.getFirst().toDoubles(),
          1e-6,
          name + " step " + number);
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Adam.of(-1));
    assertThrows(IllegalArgumentException.class, () -> Adam.of(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Adam(0.1, 1, 0.9, 1e-7));
    assertThrows(IllegalArgumentException.class, () -> new Sgd(0.1, 1, false));
  }
}
