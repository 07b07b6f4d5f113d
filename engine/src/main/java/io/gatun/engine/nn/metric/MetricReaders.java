package io.gatun.engine.nn.metric;

import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Parts.Reader;
import java.util.Map;

/// The readers of this package's metrics, by kind.
public final class MetricReaders {
  private MetricReaders() {}

  public static Map<String, Reader<? extends Metric>> all() {
    return Map.ofEntries(
        Map.entry("accuracy", f -> new Accuracy(f.number("threshold"))),
        Map.entry("auc", f -> new Auc(f.integer("bins"), f.flag("from_logits"))),
        Map.entry("confusion", f -> new Confusion(f.number("threshold"))),
        Map.entry("cosine_similarity", _ -> new CosineSimilarity()),
        Map.entry("f1", f -> new F1(Over.read(f))),
        Map.entry("mean_loss", f -> new MeanLoss(f.loss("loss"))),
        Map.entry("perplexity", f -> new Perplexity(f.loss("loss"))),
        Map.entry("precision", f -> new Precision(Over.read(f))),
        Map.entry("r2", _ -> new RSquared()),
        Map.entry("recall", f -> new Recall(Over.read(f))),
        Map.entry("root_mean_squared_error", _ -> new RootMeanSquaredError()),
        Map.entry("top_k_accuracy", f -> new TopKAccuracy(f.integer("k"))));
  }
}
