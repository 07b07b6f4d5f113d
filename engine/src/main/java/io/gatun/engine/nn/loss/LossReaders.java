package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Parts.Reader;
import java.util.Map;

/// The readers of this package's losses, by kind.
public final class LossReaders {
  private LossReaders() {}

  public static Map<String, Reader<? extends Loss>> all() {
    return Map.ofEntries(
        Map.entry("binary_cross_entropy", BinaryCrossEntropy::read),
        Map.entry("categorical_cross_entropy", CategoricalCrossEntropy::read),
        Map.entry("cosine_distance", _ -> new CosineDistance()),
        Map.entry(
            "focal", f -> new Focal(f.number("gamma"), f.number("alpha"), f.flag("from_logits"))),
        Map.entry("hinge", f -> new Hinge(f.flag("squared"))),
        Map.entry("huber", f -> new Huber(f.number("delta"))),
        Map.entry("kullback_leibler", f -> new KullbackLeibler(f.flag("from_logits"))),
        Map.entry("log_cosh", _ -> new LogCosh()),
        Map.entry("mean_absolute_error", _ -> new MeanAbsoluteError()),
        Map.entry("mean_squared_error", _ -> new MeanSquaredError()),
        Map.entry("poisson", _ -> new Poisson()),
        Map.entry("sparse_categorical_cross_entropy", SparseCategoricalCrossEntropy::read));
  }
}
