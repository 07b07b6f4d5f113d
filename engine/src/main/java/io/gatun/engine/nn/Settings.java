package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Named values in order, as a file keeps them: numbers, flags, texts, parts and lists of these.
/// [Fields] reads them again.
public final class Settings {
  private static final Settings NONE = new Settings(Map.of());

  private final Map<String, Object> values;

  private Settings(Map<String, Object> values) {
    this.values = values;
  }

  public static Settings none() {
    return NONE;
  }

  private Settings and(String name, Object value) {
    var all = new LinkedHashMap<>(values);
    if (all.put(name, value) != null || name.equals("kind") || name.equals("name")) {
      throw new IllegalArgumentException("setting \"" + name + "\" is taken");
    }
    return new Settings(all);
  }

  public Settings with(String name, long value) {
    return and(name, value);
  }

  public Settings with(String name, double value) {
    return and(name, value);
  }

  public Settings with(String name, boolean value) {
    return and(name, value);
  }

  public Settings with(String name, String value) {
    return and(name, value);
  }

  /// The constant's name in lower case.
  public Settings with(String name, Enum<?> value) {
    return and(name, value.name().toLowerCase(Locale.ROOT));
  }

  public Settings with(String name, Part value) {
    return and(name, value);
  }

  /// A list of numbers, texts or parts.
  public Settings with(String name, List<?> values) {
    return and(name, List.copyOf(values));
  }

  static ObjectNode json(Part part) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("kind", part.kind());
    if (part instanceof Named named) json.put("name", named.name());
    part.settings().values.forEach((name, value) -> put(json, name, value));
    return json;
  }

  private static void put(ObjectNode json, String name, Object value) {
    if (value instanceof List<?> list) {
      var array = json.putArray(name);
      list.forEach(item -> array.add(item instanceof Part part ? json(part) : scalar(item)));
    } else if (value instanceof Part part) {
      json.set(name, json(part));
    } else {
      json.set(name, scalar(value));
    }
  }

  private static ValueNode scalar(Object value) {
    var factory = JsonNodeFactory.instance;
    return switch (value) {
      case Integer number -> factory.numberNode(number);
      case Long number -> factory.numberNode(number);
      case Double number -> factory.numberNode(number);
      case Boolean flag -> factory.booleanNode(flag);
      case String text -> factory.textNode(text);
      default -> throw new IllegalArgumentException("a setting cannot hold " + value.getClass());
    };
  }
}
