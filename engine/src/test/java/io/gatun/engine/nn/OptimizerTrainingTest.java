package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adadelta;
import io.gatun.engine.nn.optimizer.Adagrad;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.AdamW;
import io.gatun.engine.nn.optimizer.CosineDecay;
import io.gatun.engine.nn.optimizer.Decayed;
import io.gatun.engine.nn.optimizer.RmsProp;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Six steps on the CPU as `make_optimizer_fixtures.py` took them.
class OptimizerTrainingTest {
  private static final Device DEVICE = Devices.open("cpu");
  private static final double RELATIVE = 1e-5;
  private static final Map<String, String> NAMES =
      Map.of(
          "w0", "dense/kernel",
          "b0", "dense/bias",
          "w1", "dense_1/kernel",
          "b1", "dense_1/bias");

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private static void check(String run, Optimizer optimizer) throws IOException {
    check(run, Compilation.of(optimizer, SparseCategoricalCrossEntropy.of()));
  }

  private static void check(String run, Compilation compilation) throws IOException {
    var fixture = Fixtures.file("optimizers.json");
    var network =
        Sequential.of(Shape.of(4), Dense.of(5, Activation.TANH), Dense.of(3, Activation.SOFTMAX));
    try (var model = network.compile(DEVICE, compilation);
        var x = Tensor.of("x", TensorType.f32(12, 4), Fixtures.floats(fixture.path("x")));
        var y = Tensor.of("y", TensorType.of(DType.I32, 12), Fixtures.floats(fixture.path("y")))) {
      for (var name : NAMES.entrySet()) {
        var variable = model.variable(name.getValue());
        var values = Fixtures.doubles(fixture.path("initial").path(name.getKey()));
        NdArray.of(variable.type(), values).copyTo(variable.data());
      }
      var history =
          model.fit(Dataset.of(x, y), FitOptions.epochs(2).withBatchSize(4).withShuffle(false));
      var wanted = fixture.path("runs").path(run);
      for (int epoch = 0; epoch < 2; epoch++) {
        double loss = wanted.path("losses").get(epoch).doubleValue();
        double found = history.epochs().get(epoch).results().loss();
        assertEquals(loss, found, RELATIVE * loss, run);
      }
      for (var name : NAMES.entrySet()) {
        compare(run, wanted.path("trained").path(name.getKey()), model.variable(name.getValue()));
      }
    }
  }

  /// Relative to the greatest element.
  private static void compare(String run, JsonNode fixture, Tensor found) {
    double[] wanted = Fixtures.doubles(fixture);
    double scale = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
    float[] values = found.toFloats();
    for (int i = 0; i < wanted.length; i++) {
      double error = Math.abs(wanted[i] - values[i]);
      assertTrue(
          error <= RELATIVE * scale,
          "%s: %s[%d] is %s, wanted %s".formatted(run, found.name(), i, values[i], wanted[i]));
    }
  }

  @Test
  void sgd() throws IOException {
    check("sgd_decay", Sgd.of(0.1).withWeightDecay(0.1, Decayed.ALL));
    check("nesterov_decay", new Sgd(0.1, 0.9, true).withWeightDecay(0.1, Decayed.ALL));
  }

  @Test
  void adam() throws IOException {
    check("adam", Adam.of(0.05));
    check("adam_amsgrad", new Adam(0.05, 0.9, 0.5, 1e-7).withAmsgrad());
  }

  @Test
  void adamWithDecoupledDecay() throws IOException {
    check("adamw_all", AdamW.of(0.05).withWeightDecay(0.2, Decayed.ALL));
    check("adamw_matrices", AdamW.of(0.05).withWeightDecay(0.2, Decayed.MATRICES));
  }

  @Test
  void rmsProp() throws IOException {
    check("rmsprop", RmsProp.of(0.01));
    check("rmsprop_momentum", RmsProp.of(0.01).withMomentum(0.8));
    check("rmsprop_centered", new RmsProp(0.01, 0.9, 1e-3, 0.8, true));
  }

  @Test
  void adagradAndAdadelta() throws IOException {
    check("adagrad", Adagrad.of(0.05));
    check("adagrad_initial", new Adagrad(0.05, 0.1, 1e-7));
    check("adadelta", Adadelta.of());
  }

  @Test
  void clippingAndSchedule() throws IOException {
    var plain = Compilation.of(Sgd.of(0.5), SparseCategoricalCrossEntropy.of());
    check("clip_value", plain.withClipping(new Clipping.ByValue(0.02)));
    check("clip_norm", plain.withClipping(new Clipping.ByNorm(0.1)));
    check("clip_global_norm", plain.withClipping(new Clipping.ByGlobalNorm(0.25)));
    check("cosine", plain.withSchedule(new CosineDecay(5, 0.1)));
  }
}
