package io.gatun.engine.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;

/// An epoch as the line of a table: `epoch`, `step`, its figures, `learning_rate`, `seconds`,
/// `samples_per_second`, `waiting`.
final class EpochFields {
  private EpochFields() {}

  private static Map<String, Number> of(Epoch epoch) {
    var fields = new LinkedHashMap<String, Number>();
    fields.put("epoch", epoch.number());
    fields.put("step", epoch.step());
    fields.putAll(epoch.figures());
    fields.put("learning_rate", epoch.learningRate());
    fields.put("seconds", epoch.seconds());
    fields.put("samples_per_second", epoch.samplesPerSecond());
    fields.put("waiting", epoch.waiting());
    return fields;
  }

  /// The line of CSV that names the columns.
  static String header(Epoch epoch) {
    return CSVFormat.RFC4180.format(of(epoch).keySet().toArray());
  }

  /// The line of CSV; numbers as Java prints them, which reads back to the same bits.
  static String csv(Epoch epoch) {
    return CSVFormat.RFC4180.format(of(epoch).values().toArray());
  }

  static ObjectNode json(Epoch epoch) {
    return json(of(epoch));
  }

  /// Numbers as JSON, which has none that are not finite: these are `null`.
  static ObjectNode json(Map<String, ? extends Number> numbers) {
    var json = JsonNodeFactory.instance.objectNode();
    numbers.forEach(
        (name, value) -> {
          switch (value) {
            case Integer i -> json.put(name, i);
            case Long l -> json.put(name, l);
            case Number n when Double.isFinite(n.doubleValue()) -> json.put(name, n.doubleValue());
            case Number _ -> json.putNull(name);
          }
        });
    return json;
  }
}
