package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Optimizer;
import io.gatun.engine.nn.Parts.Reader;
import io.gatun.engine.nn.Schedule;
import java.util.Map;

/// The readers of this package's optimizers and schedules, by kind.
public final class OptimizerReaders {
  private OptimizerReaders() {}

  public static Map<String, Reader<? extends Optimizer>> optimizers() {
    return Map.of(
        "adadelta", Adadelta::read,
        "adagrad", Adagrad::read,
        "adam", Adam::read,
        "adamw", AdamW::read,
        "rmsprop", RmsProp::read,
        "sgd", Sgd::read);
  }

  public static Map<String, Reader<? extends Schedule>> schedules() {
    return Map.of(
        "constant", _ -> new ConstantRate(),
        "cosine", CosineDecay::read,
        "exponential", ExponentialDecay::read,
        "inverse_square_root", InverseSquareRoot::read,
        "one_cycle", OneCycle::read,
        "piecewise", PiecewiseConstant::read,
        "polynomial", PolynomialDecay::read,
        "warmup", Warmup::read);
  }
}
