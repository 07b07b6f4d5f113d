package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.Devices;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.optimizer.ConstantRate;
import io.gatun.engine.nn.optimizer.CosineDecay;
import io.gatun.engine.nn.optimizer.ExponentialDecay;
import io.gatun.engine.nn.optimizer.InverseSquareRoot;
import io.gatun.engine.nn.optimizer.OneCycle;
import io.gatun.engine.nn.optimizer.PiecewiseConstant;
import io.gatun.engine.nn.optimizer.PolynomialDecay;
import io.gatun.engine.nn.optimizer.Warmup;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static void check(String name, Schedule schedule) throws IOException {
    double[] wanted =
        Fixtures.doubles(Fixtures.file("optimizers.json").path("schedules").path(name));
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], schedule.at(i + 1L), 1e-6 * wanted[i], name + " step " + (i + 1));
    }
  }

  @Test
  void factorsAreThoseOfPyTorch() throws IOException {
    check("exponential", ExponentialDecay.of(0.95, 1));
    check("staircase", ExponentialDecay.staircase(0.5, 7));
    check("piecewise", new PiecewiseConstant(List.of(3, 10), List.of(1.0, 0.1, 0.01)));
    check("polynomial", new PolynomialDecay(20, 2, 0));
    check("polynomial_floor", new PolynomialDecay(20, 2, 0.1));
    check("linear", PolynomialDecay.linear(20, 0.25));
    check("cosine", new CosineDecay(20, 0.1));
    check("one_cycle", OneCycle.of(30));
    check("one_cycle_other", new OneCycle(25, 0.45, 0.1, 1e-3));
    check("gpt", new Warmup(5, new CosineDecay(20, 0.1)));
    check("transformer", new InverseSquareRoot(8));
  }

  /// The factors that single precision gives on the CPU, of steps up to ten million.
  @Test
  void longTrainingsKeepTheirPrecision() {
    int million = 1_000_000;
    long[] steps =
        LongStream.concat(
                LongStream.of(1, 2, 3, 1000, 1001, 999_999, million, million + 1, 2 * million),
                LongStream.of(3_333_333, 9_999_998, 9_999_999, 10 * million, 10 * million + 1))
            .toArray();
    var schedules =
        List.of(
            new ConstantRate(),
            ExponentialDecay.of(0.5, million),
            ExponentialDecay.staircase(0.5, 3_333_333),
            new PiecewiseConstant(List.of(3_333_332, 9_999_998), List.of(1.0, 0.5, 0.25)),
            new PolynomialDecay(10 * million, 2, 0),
            new CosineDecay(10 * million, 0),
            OneCycle.of(10 * million),
            new Warmup(1000, new CosineDecay(10 * million - 1000, 0.1)),
            new InverseSquareRoot(4000));
    for (var schedule : schedules) {
      var tracer = new Tracer();
      var number = tracer.input("step", TensorType.f32());
      tracer.output("factor", schedule.factor(number));
      try (var device = Devices.open("cpu");
          var executable = device.compile("schedule", tracer.graph());
          var given = Tensor.allocate("step", TensorType.f32());
          var result = Tensor.allocate("factor", TensorType.f32())) {
        for (long step : steps) {
          given.data().set(ValueLayout.JAVA_FLOAT, 0, step);
          executable.run(List.of(given), List.of(result));
          double wanted = schedule.at(step);
          assertEquals(wanted, result.item(), 1e-5 * wanted, schedule + " step " + step);
        }
      }
    }
  }

  @Test
  void settingsThatMakeNoScheduleAreRefused() {
    refused(() -> ExponentialDecay.of(0, 10));
    refused(() -> ExponentialDecay.of(0.5, 0));
    refused(() -> new PiecewiseConstant(List.of(3, 3), List.of(1.0, 1.0, 1.0)));
    refused(() -> new PiecewiseConstant(List.of(3), List.of(1.0)));
    refused(() -> new PolynomialDecay(10, 0, 0));
    refused(() -> new CosineDecay(10, -1));
    refused(() -> new OneCycle(2, 0.3, 0.1, 0.1));
    refused(() -> new OneCycle(100, 1, 0.1, 0.1));
    refused(() -> new InverseSquareRoot(0));
    refused(() -> new Warmup(0, new ConstantRate()));
  }

  private static void refused(Runnable action) {
    assertThrows(IllegalArgumentException.class, action::run);
  }
}
