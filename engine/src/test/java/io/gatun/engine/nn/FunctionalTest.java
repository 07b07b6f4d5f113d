package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionalTest {
  private static final Device DEVICE = Devices.open("reference");
  private static final Parts PARTS = Parts.builtIn().withLayer("sum", _ -> new Sum());

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private record Sum() implements Block {
    @Override
    public String kind() {
      return "sum";
    }

    @Override
    public Value apply(Scope scope, List<Value> operands) {
      return operands.stream().reduce(Value::add).orElseThrow();
    }
  }

  /// Two inputs through one shared layer, and two outputs.
  private static Functional twins() {
    var left = Symbol.input("left", Shape.of(2));
    var right = Symbol.input("right", Shape.of(2));
    var shared = Dense.of(3, Activation.TANH).named("shared");
    var both = Symbol.of(new Sum(), left.then(shared), right.then(shared));
    return Functional.of(
        List.of(left, right),
        List.of(
            both.then(Dense.of(1, Activation.SIGMOID).named("sign")),
            both.then(Dense.of(8, Activation.RELU), Dense.of(1).named("size"))));
  }

  private static Compilation compilation() {
    return Compilation.of(
        Adam.of(0.02),
        Objective.of(BinaryCrossEntropy.of(), new Accuracy()),
        Objective.of(new MeanSquaredError()).withWeight(0.5));
  }

  private static Dataset pairs(int count) {
    float[] left = new float[2 * count];
    float[] right = new float[2 * count];
    float[] sign = new float[count];
    float[] size = new float[count];
    var random = new SplittableRandom(5);
    for (int i = 0; i < 2 * count; i++) {
      left[i] = (float) random.nextDouble(-1, 1);
      right[i] = (float) random.nextDouble(-1, 1);
      size[i / 2] += left[i] + right[i];
      sign[i / 2] = size[i / 2] > 0 ? 1 : 0;
    }
    return new Dataset(
        List.of(column("left", 2, left), column("right", 2, right)),
        List.of(column("sign", 1, sign), column("size", 1, size)));
  }

  private static Column column(String name, int width, float[] values) {
    return Column.of(Tensor.of(name, TensorType.f32(values.length / width, width), values));
  }

  @Test
  void trainsSeveralOutputsFromSeveralInputs(@TempDir Path folder) throws IOException {
    var data = pairs(64);
    try (var model = twins().compile(DEVICE, compilation())) {
      assertEquals(
          List.of("shared/kernel", "shared/bias", "sign/kernel", "sign/bias"),
          model.variableNames().subList(0, 4));
      model.fit(data, FitOptions.epochs(60).withBatchSize(16));
      var results = model.evaluate(data);
      assertEquals(
          List.of("sign_loss", "sign_accuracy", "size_loss"),
          List.copyOf(results.metrics().keySet()));
      assertTrue(results.metric("sign_accuracy") > 0.9, results.toString());
      assertEquals(
          results.metric("sign_loss") + 0.5 * results.metric("size_loss"), results.loss(), 1e-5);
      var predictions = model.predict(data.inputs(), 10);
      assertEquals(
          List.of(TensorType.f32(64, 1), TensorType.f32(64, 1)),
          predictions.stream().map(Tensor::type).toList());
      predictions.forEach(Tensor::close);
      var file = folder.resolve("twins.safetensors");
      model.save(file);
      try (var again = Model.load(file, DEVICE, PARTS)) {
        assertEquals(model.network(), again.network());
        assertEquals(results, again.evaluate(data));
      }
    }
  }

  @Test
  void summaryTellsWhereOperandsComeFrom() {
    var summary = twins().summary();
    assertTrue(summary.contains("shared, shared"), summary);
    assertTrue(summary.contains("size (dense)"), summary);
    // shared 9, sign 4, dense 32, size 9.
    assertTrue(summary.contains("54"), summary);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    var x = Symbol.input("x", Shape.of(2));
    var y = Symbol.input("y", Shape.of(3));
    var e =
        assertThrows(
            GraphException.class,
            () -> Functional.of(List.of(x, y), List.of(Symbol.of(new Sum(), x, y))));
    assertTrue(e.getMessage().contains("\"sum\" on f32[1,2], f32[1,3]"), e.getMessage());
    e =
        assertThrows(
            GraphException.class, () -> Functional.of(List.of(x), List.of(y.then(Dense.of(1)))));
    assertTrue(e.getMessage().contains("\"y\""), e.getMessage());
    var one = Dense.of(2).named("d");
    var other = Dense.of(3).named("d");
    assertThrows(GraphException.class, () -> Functional.of(x, x.then(one, other)));
    try (var model = twins().compile(DEVICE, compilation())) {
      var half = new Dataset(pairs(4).inputs(), pairs(4).targets().subList(0, 1));
      var m = assertThrows(EngineException.class, () -> model.evaluate(half));
      assertTrue(m.getMessage().contains("2 outputs [sign, size]"), m.getMessage());
    }
  }
}
