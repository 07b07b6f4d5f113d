package io.gatun.engine.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.io.Safetensors;
import io.gatun.engine.json.StrictJson;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Models of GPT-2's kind from a folder of `config.json` and `model.safetensors`, and random ones.
public final class Gpt2Files {
  private static final int LONGEST_CONFIG = 1 << 16;
  private static final String ACTIVATION = "gelu_new";

  private Gpt2Files() {}

  /// The model of a folder, its weights mapped into `arena`; those of 16 bits are widened there.
  ///
  /// @throws IOException when a file is absent or broken, or the weights are not those of the
  ///     configuration, naming the first that differs
  public static Gpt2 read(Path folder, Arena arena) throws IOException {
    var shape = shape(folder.resolve("config.json"));
    var file = folder.resolve("model.safetensors");
    var tensors = Safetensors.read(file, arena).tensors();
    return Gpt2.of(shape, (name, type) -> weight(file, tensors, name, type, arena));
  }

  private static Literal weight(
      Path file, SortedMap<String, Literal> tensors, String name, TensorType type, Arena arena)
      throws IOException {
    var found = tensors.getOrDefault(name, tensors.get("transformer." + name));
    if (found == null) {
      throw new IOException("%s: no tensor \"%s\", which the model needs".formatted(file, name));
    }
    var dtype = found.type().dtype();
    boolean isHalf = dtype == DType.F16 || dtype == DType.BF16;
    if (isHalf && found.type().with(type.dtype()).equals(type)) return widened(found, type, arena);
    if (!found.type().equals(type)) {
      throw new IOException(
          "%s: tensor \"%s\" is %s; config.json wants %s"
              .formatted(file, name, found.type(), type));
    }
    return found;
  }

  private static Literal widened(Literal half, TensorType type, Arena arena) {
    var data = arena.allocate(type.bytes(), 64);
    for (long i = 0; i < type.size(); i++) {
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) half.at(i));
    }
    return Literal.of(type, data);
  }

  private static Gpt2Shape shape(Path file) throws IOException {
    if (Files.size(file) > LONGEST_CONFIG)
      throw new IOException(file + ": no configuration: too long");
    try {
      var config = new StrictJson(16, LONGEST_CONFIG, LONGEST_CONFIG).read(Files.readString(file));
      var activation = config.path("activation_function").asText(ACTIVATION);
      if (!activation.equals(ACTIVATION)) {
        throw new IllegalArgumentException(
            "activation_function is " + activation + "; " + ACTIVATION + " is known");
      }
      return new Gpt2Shape(
          integer(config, "n_embd"),
          integer(config, "n_layer"),
          integer(config, "n_head"),
          integer(config, "vocab_size"),
          integer(config, "n_positions"),
          config.path("layer_norm_epsilon").asDouble(1e-5));
    } catch (JsonProcessingException | IllegalArgumentException | CharacterCodingException broken) {
      throw new IOException(file + ": " + broken.getMessage(), broken);
    }
  }

  private static int integer(JsonNode config, String name) {
    if (config.path(name).canConvertToInt()) return config.get(name).intValue();
    throw new IllegalArgumentException("\"" + name + "\" is no whole number");
  }

  /// Writes a model as [#read] reads it.
  public static void write(Path folder, Gpt2Shape shape, Gpt2.Weights<RuntimeException> weights)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"activation_function": "%s", "n_embd": %d, "n_layer": %d, "n_head": %d,
         "vocab_size": %d, "n_positions": %d, "layer_norm_epsilon": %s}
        """
            .formatted(
                ACTIVATION,
                shape.size(),
                shape.layers(),
                shape.heads(),
                shape.vocabulary(),
                shape.context(),
                shape.epsilon()));
    var tensors = new TreeMap<String, Literal>();
    Gpt2.of(
        shape,
        (name, type) -> {
          var weight = weights.get(name, type);
          tensors.put(name, weight);
          return weight;
        });
    Safetensors.of(tensors).write(folder.resolve("model.safetensors"));
  }

  /// A model of [#random(long, Arena)] weights.
  public static Gpt2 random(Gpt2Shape shape, long seed, Arena arena) {
    return Gpt2.of(shape, random(seed, arena));
  }

  /// Random weights, to measure with: uniform, of deviation 0.02; normalizations do not scale.
  public static Gpt2.Weights<RuntimeException> random(long seed, Arena arena) {
    var random = new SplittableRandom(seed);
    double range = 0.02 * Math.sqrt(3);
    return (name, type) -> {
      var data = arena.allocate(type.bytes(), 64);
      boolean isScale = name.contains("ln_") && name.endsWith(".weight");
      for (long i = 0; i < type.size(); i++) {
        float value = isScale ? 1 : (float) (random.nextInt() * range / 0x1p31);
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      }
      return Literal.of(type, data);
    };
  }
}
