package io.gatun.engine.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;

/// Architecture and compilation of a model as JSON, version 1:
///
/// ```
/// {"version": 1,
///  "network": {"kind": "sequential", "input": "f32[28,28]", "layers": [{"kind": "flatten", ...}]},
///  "optimizer": {"kind": "adam", ...}, "loss": {"kind": ..., "from_logits": false},
///  "metrics": [{"kind": "accuracy"}], "seed": 0}
/// ```
final class ModelJson {
  private static final int VERSION = 1;
  private static final int MOST_CHARACTERS = 1 << 24;

  private ModelJson() {}

  static String write(TrainingGraphs graphs) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    var network = json.putObject("network");
    switch (graphs.network()) {
      case Sequential(var input, var layers) -> {
        network.put("kind", "sequential").put("input", input.toString());
        var list = network.putArray("layers");
        layers.forEach(layer -> list.add(LayerJson.write(layer)));
      }
    }
    var compilation = graphs.compilation();
    write(json.putObject("optimizer"), compilation.optimizer());
    write(json.putObject("loss"), compilation.loss());
    var metrics = json.putArray("metrics");
    compilation.metrics().forEach(m -> metrics.addObject().put("kind", m.kind()));
    return json.put("seed", compilation.seed()).toString();
  }

  private static void write(ObjectNode json, Optimizer optimizer) {
    json.put("kind", optimizer.kind()).put("learning_rate", optimizer.learningRate());
    switch (optimizer) {
      case Adam(_, var beta1, var beta2, var epsilon) ->
          json.put("beta1", beta1).put("beta2", beta2).put("epsilon", epsilon);
      case Sgd(_, var momentum, var nesterov) ->
          json.put("momentum", momentum).put("nesterov", nesterov);
    }
  }

  private static void write(ObjectNode json, Loss loss) {
    json.put("kind", loss.kind());
    switch (loss) {
      case BinaryCrossEntropy(var logits) -> json.put("from_logits", logits);
      case CategoricalCrossEntropy(var logits) -> json.put("from_logits", logits);
      case SparseCategoricalCrossEntropy(var logits) -> json.put("from_logits", logits);
      case MeanSquaredError() -> {}
    }
  }

  /// Reads what [#write] wrote.
  ///
  /// @param file for messages
  static TrainingGraphs read(String text, Path file) throws IOException {
    var limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(16)
            .maxNumberLength(40)
            .maxStringLength(1 << 16)
            .maxDocumentLength(MOST_CHARACTERS)
            .build();
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    try {
      return new Fields(new ObjectMapper(factory).readTree(text), file, "model")
          .read(ModelJson::read);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": model is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static TrainingGraphs read(Fields json) throws IOException {
    if (json.integer("version") != VERSION) {
      throw json.failure("version", VERSION + ", which this version of Gatun reads");
    }
    var network = json.object("network").read(ModelJson::network);
    var compilation =
        new Compilation(
            json.object("optimizer").read(ModelJson::optimizer),
            json.object("loss").read(ModelJson::loss),
            json.list("metrics", ModelJson::metric),
            json.longInteger("seed"));
    return new TrainingGraphs(network, compilation);
  }

  private static Network network(Fields json) throws IOException {
    return switch (json.text("kind")) {
      case "sequential" ->
          new Sequential(
              TensorType.parse(json.text("input")), json.list("layers", LayerJson::read));
      default -> throw json.failure("kind", "a kind of network");
    };
  }

  private static Optimizer optimizer(Fields json) throws IOException {
    double rate = json.number("learning_rate");
    return switch (json.text("kind")) {
      case "adam" ->
          new Adam(rate, json.number("beta1"), json.number("beta2"), json.number("epsilon"));
      case "sgd" -> new Sgd(rate, json.number("momentum"), json.flag("nesterov"));
      default -> throw json.failure("kind", "a kind of optimizer");
    };
  }

  private static Loss loss(Fields json) throws IOException {
    return switch (json.text("kind")) {
      case "binary_cross_entropy" -> new BinaryCrossEntropy(json.flag("from_logits"));
      case "categorical_cross_entropy" -> new CategoricalCrossEntropy(json.flag("from_logits"));
      case "sparse_categorical_cross_entropy" ->
          new SparseCategoricalCrossEntropy(json.flag("from_logits"));
      case "mean_squared_error" -> new MeanSquaredError();
      default -> throw json.failure("kind", "a kind of loss");
    };
  }

  private static Metric metric(Fields json) throws IOException {
    return switch (json.text("kind")) {
      case "accuracy" -> new Accuracy();
      default -> throw json.failure("kind", "a kind of metric");
    };
  }
}
