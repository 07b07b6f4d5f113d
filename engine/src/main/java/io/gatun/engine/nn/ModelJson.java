package io.gatun.engine.nn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.engine.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;

/// Architecture and compilation of a model as JSON, version 3:
///
/// ```
/// {"version": 3,
///  "network": {"kind": "sequential", "input": "f32[28,28]", "layers": [{"kind": "flatten", ...}]},
///  "optimizer": {"kind": "adam", ...},
///  "objectives": [{"loss": {"kind": ..., "from_logits": false},
///    "metrics": [{"kind": "accuracy"}], "weight": 1.0, "class_weights": []}],
///  "schedule": {"kind": "constant"}, "clipping": {"kind": "none"}, "accumulation": 1,
///  "precision": {"kind": "full"}, "seed": 0}
/// ```
final class ModelJson {
  private static final int VERSION = 3;
  private static final String LEARNING_RATE = "learning_rate";
  private static final StrictJson LIMITS = new StrictJson(24, 1 << 16, 1 << 24);

  private ModelJson() {}

  static String write(TrainingGraphs graphs) {
    return json(graphs).toString();
  }

  static ObjectNode json(TrainingGraphs graphs) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    json.set("network", Settings.json(graphs.network()));
    var compilation = graphs.compilation();
    json.set("optimizer", Settings.json(compilation.optimizer()));
    var objectives = json.putArray("objectives");
    for (var objective : compilation.objectives()) {
      var one = objectives.addObject();
      one.set("loss", Settings.json(objective.loss()));
      var metrics = one.putArray("metrics");
      objective.metrics().forEach(m -> metrics.add(Settings.json(m)));
      one.put("weight", objective.weight());
      var factors = one.putArray("class_weights");
      objective.classWeights().forEach(factors::add);
    }
    json.set("schedule", Settings.json(compilation.schedule()));
    json.set("clipping", Settings.json(compilation.clipping()));
    json.put("accumulation", compilation.accumulation());
    json.set("precision", Settings.json(compilation.precision()));
    return json.put("seed", compilation.seed());
  }

  /// Reads what [#write] wrote.
  ///
  /// @param file for messages
  static TrainingGraphs read(String text, Path file, Parts parts) throws IOException {
    return new Fields(tree(text, file), file, "model", parts).read(ModelJson::read);
  }

  /// Whether the optimizer's learning rate, which may differ, is the same.
  ///
  /// @throws IOException when the model that `text` describes is otherwise not the one of `graphs`,
  ///     naming the first difference
  static boolean checkSame(TrainingGraphs graphs, String text, Path file) throws IOException {
    var there = tree(text, file);
    var here = tree(write(graphs), file);
    var rate = here.path("optimizer").path(LEARNING_RATE);
    boolean sameRate = there.path("optimizer").path(LEARNING_RATE).equals(rate);
    if (there.path("optimizer") instanceof ObjectNode optimizer
        && optimizer.path(LEARNING_RATE).isNumber()
        && rate.isNumber()) {
      optimizer.set(LEARNING_RATE, rate);
    }
    var difference = Difference.first(there, here);
    if (difference.isEmpty()) return sameRate;
    throw new IOException(
        "%s is of another model: %s is %s there and %s here; go on with the settings that it was made with, or begin anew without it"
            .formatted(
                file, difference.get().path(), difference.get().one(), difference.get().other()));
  }

  private static JsonNode tree(String text, Path file) throws IOException {
    try {
      return LIMITS.read(text);
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
            json.object("optimizer").optimizer(),
            json.list("objectives", ModelJson::objective),
            json.object("schedule").schedule(),
            json.object("clipping").read(Clipping::read),
            json.integer("accumulation"),
            json.object("precision").read(Precision::read),
            json.longInteger("seed"));
    return new TrainingGraphs(network, compilation);
  }

  private static Network network(Fields json) throws IOException {
    return switch (json.text("kind")) {
      case "functional" -> Functional.read(json);
      case "sequential" -> Sequential.read(json);
      default -> throw json.failure("kind", "a kind of network");
    };
  }

  private static Objective objective(Fields json) throws IOException {
    return new Objective(
        json.object("loss").loss(),
        json.list("metrics", Fields::metric),
        json.number("weight"),
        json.numbers("class_weights"));
  }
}
