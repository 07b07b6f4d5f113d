package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// A JSON object that is read strictly: a failure names the file, the place in it and what was
/// wanted there.
public final class Fields {
  private final JsonNode node;
  private final Path file;
  private final String place;
  private final Parts parts;

  /// @param file and `place` for messages
  Fields(JsonNode node, Path file, String place, Parts parts) {
    this.node = node;
    this.file = file;
    this.place = place;
    this.parts = parts;
  }

  public IOException failure(String name, String wanted) {
    var found = node.path(name);
    String text = found.isMissingNode() ? "nothing" : found.toString();
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return new IOException(
        "%s: %s.%s: wanted %s, found %s".formatted(file, place, name, wanted, shown));
  }

  public String text(String name) throws IOException {
    if (!node.path(name).isTextual()) throw failure(name, "a string");
    return node.path(name).textValue();
  }

  public boolean flag(String name) throws IOException {
    if (!node.path(name).isBoolean()) throw failure(name, "true or false");
    return node.path(name).booleanValue();
  }

  public int integer(String name) throws IOException {
    if (!node.path(name).canConvertToInt() || !node.path(name).isIntegralNumber()) {
      throw failure(name, "an integer");
    }
    return node.path(name).intValue();
  }

  public long longInteger(String name) throws IOException {
    if (!node.path(name).canConvertToLong() || !node.path(name).isIntegralNumber()) {
      throw failure(name, "an integer");
    }
    return node.path(name).longValue();
  }

  public double number(String name) throws IOException {
    if (!node.path(name).isNumber()) throw failure(name, "a number");
    return node.path(name).doubleValue();
  }

  public List<Integer> integers(String name) throws IOException {
    var list = items(name);
    var numbers = new ArrayList<Integer>();
    for (var item : list) {
      if (!item.isInt()) throw failure(name, "a list of integers");
      numbers.add(item.intValue());
    }
    return numbers;
  }

  public List<Double> numbers(String name) throws IOException {
    var list = items(name);
    var numbers = new ArrayList<Double>();
    for (var item : list) {
      if (!item.isNumber()) throw failure(name, "a list of numbers");
      numbers.add(item.doubleValue());
    }
    return numbers;
  }

  public List<String> texts(String name) throws IOException {
    var list = items(name);
    var texts = new ArrayList<String>();
    for (var item : list) {
      if (!item.isTextual()) throw failure(name, "a list of strings");
      texts.add(item.textValue());
    }
    return texts;
  }

  private JsonNode items(String name) throws IOException {
    if (!node.path(name).isArray()) throw failure(name, "a list");
    return node.path(name);
  }

  /// The constant of an enum whose lower-case name stands there.
  public <E extends Enum<E>> E constant(String name, E[] all) throws IOException {
    var text = text(name);
    for (var constant : all) {
      if (constant.name().equalsIgnoreCase(text)) return constant;
    }
    throw failure(name, "one of " + Arrays.toString(all));
  }

  Fields object(String name) throws IOException {
    if (!node.path(name).isObject()) throw failure(name, "an object");
    return new Fields(node.path(name), file, place + "." + name, parts);
  }

  public <T> List<T> list(String name, Parts.Reader<? extends T> reader) throws IOException {
    var list = new ArrayList<T>();
    for (var item : items(name)) {
      var itemPlace = place + "." + name + "[" + list.size() + "]";
      list.add(new Fields(item, file, itemPlace, parts).read(reader));
    }
    return list;
  }

  /// Reads this object; settings that a constructor refuses are failures of the file.
  <T> T read(Parts.Reader<? extends T> reader) throws IOException {
    try {
      return reader.read(this);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(file + ": " + place + ": " + e.getMessage(), e);
    }
  }

  /// A layer, with its name where it has one.
  public Layer layer(String name) throws IOException {
    var block = object(name).read(Fields::block);
    if (block instanceof Layer layer) return layer;
    throw object(name).failure("kind", "a kind of layer with one operand");
  }

  /// A list of layers.
  public List<Layer> layers(String name) throws IOException {
    var layers = new ArrayList<Layer>();
    for (var block : list(name, Fields::block)) {
      if (!(block instanceof Layer layer)) {
        throw failure(name, "a list of layers with one operand each");
      }
      layers.add(layer);
    }
    return layers;
  }

  /// The block that this object describes.
  Block block() throws IOException {
    var block = part("layer", parts.layers());
    return node.has("name") ? new Named(text("name"), block) : block;
  }

  /// A block with a name.
  Named named(String name) throws IOException {
    if (object(name).read(Fields::block) instanceof Named named) return named;
    throw failure(name, "a block with a name");
  }

  Loss loss() throws IOException {
    return part("loss", parts.losses());
  }

  Metric metric() throws IOException {
    return part("metric", parts.metrics());
  }

  Optimizer optimizer() throws IOException {
    return part("optimizer", parts.optimizers());
  }

  Schedule schedule() throws IOException {
    return part("schedule", parts.schedules());
  }

  /// A loss that is a part of something else.
  public Loss loss(String name) throws IOException {
    return object(name).loss();
  }

  /// A schedule that is a part of another.
  public Schedule schedule(String name) throws IOException {
    return object(name).schedule();
  }

  public Initializer initializer(String name) throws IOException {
    return object(name).read(Initializer::read);
  }

  private <T> T part(String what, Map<String, Parts.Reader<? extends T>> readers)
      throws IOException {
    var kind = text("kind");
    var reader = readers.get(kind);
    if (reader != null) return read(reader);
    throw failure(
        "kind",
        "a kind of %s, one of %s; pass Parts.builtIn() with a reader for \"%s\" if it is your own"
            .formatted(what, new TreeSet<>(readers.keySet()), kind));
  }
}
