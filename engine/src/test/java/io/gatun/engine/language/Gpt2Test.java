package io.gatun.engine.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Devices;
import io.gatun.engine.io.Safetensors;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A tiny model against PyTorch's logits (make_language_fixtures.py), and its files when they are
/// damaged.
class Gpt2Test {
  private static final Path FOLDER = Path.of("src/test/resources/language");
  private static final Path MODEL = FOLDER.resolve("gpt2");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void readsAPromptAndThenTokenByToken(String device) throws IOException {
    try (var arena = Arena.ofShared()) {
      DecoderCheck.check(device, Gpt2Files.read(MODEL, arena), FOLDER.resolve("gpt2.json"));
    }
  }

  @Test
  void randomWeightsAreThoseOfTheSeed() {
    var shape = new Gpt2Shape(8, 1, 2, 10, 16, 1e-5);
    try (var arena = Arena.ofShared();
        var device = Devices.open("reference");
        var one = Writer.of(device, Gpt2Files.random(shape, 1, arena));
        var same = Writer.of(device, Gpt2Files.random(shape, 1, arena));
        var other = Writer.of(device, Gpt2Files.random(shape, 2, arena))) {
      float[] logits = one.read(1, 2, 3).clone();
      assertArrayEquals(logits, same.read(1, 2, 3));
      assertTrue(logits[0] != other.read(1, 2, 3)[0]);
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    var shape = new Gpt2Shape(8, 1, 2, 10, 16, 1e-6);
    try (var arena = Arena.ofConfined()) {
      Gpt2Files.write(folder.resolve("model"), shape, Gpt2Files.random(1, arena));
      assertEquals(
          Gpt2Files.random(shape, 1, arena), Gpt2Files.read(folder.resolve("model"), arena));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void weightsOf16BitsAreWidened(DType dtype) throws IOException {
    Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
    try (var arena = Arena.ofConfined()) {
      var wide = Safetensors.read(MODEL.resolve("model.safetensors"), arena).tensors();
      var narrow = new TreeMap<String, Literal>();
      wide.forEach(
          (name, literal) ->
              narrow.put(
                  name, Literal.of(NdArray.of(literal.type().with(dtype), i -> literal.at(i)))));
      Safetensors.of(narrow).write(folder.resolve("model.safetensors"));
      var tokens = Gpt2Files.read(folder, arena).tokens();
      var name = wide.containsKey("wte.weight") ? "wte.weight" : "transformer.wte.weight";
      assertEquals(wide.get(name).type(), tokens.type());
      for (long i = 0; i < tokens.type().size(); i++) {
        assertEquals(narrow.get(name).at(i), tokens.at(i));
      }
    }
  }

  private IOException refused(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    try (var arena = Arena.ofConfined()) {
      return assertThrows(IOException.class, () -> Gpt2Files.read(folder, arena), config);
    }
  }

  @Test
  void aConfigurationThatDoesNotFitIsRefused() throws IOException {
    Files.copy(MODEL.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    var config = Files.readString(MODEL.resolve("config.json"));
    var wider = refused(config.replace("\"vocab_size\": 65", "\"vocab_size\": 66"));
    assertTrue(wider.getMessage().contains("wte.weight"), wider.getMessage());
    var deeper = refused(config.replace("\"n_layer\": 2", "\"n_layer\": 3"));
    assertTrue(deeper.getMessage().contains("no tensor \"h.2.ln_1"), deeper.getMessage());
    for (var wrong : List.of("gelu_new", "n_embd", "1e-05", "\"n_head\": 4", "{")) {
      refused(config.replace(wrong, wrong.equals("1e-05") ? "-1" : "x"));
    }
    refused("");
    refused("[]");
    refused(config.replace("\"n_embd\": 16", "\"n_embd\": 2000000000"));
  }

  @Test
  void damagedWeightsAreRefusedOrHarmless() throws IOException {
    Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
    byte[] whole = Files.readAllBytes(MODEL.resolve("model.safetensors"));
    for (int seed = 0; seed < 300; seed++) {
      var random = new SplittableRandom(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 3; i++) damaged[random.nextInt(2500)] = (byte) random.nextInt();
      Files.write(folder.resolve("model.safetensors"), damaged);
      try (var arena = Arena.ofConfined()) {
        assertEquals(2, Gpt2Files.read(folder, arena).blocks().size());
      } catch (IOException refused) {
        assertTrue(refused.getMessage().contains("model.safetensors"), "seed " + seed);
      }
    }
  }

  @Test
  void tokensAreThoseOfGpt2() {
    var tokens = new Gpt2Tokens();
    assertArrayEquals(new int[] {15496, 995}, tokens.encode("Hello world"));
    assertArrayEquals(new int[] {50256}, tokens.encode(""));
    for (var text :
        List.of("Hello world", "Schleuse: \u00fcber 26 m", "\ud83d\udea2 <|endoftext|>")) {
      assertEquals(text, tokens.decode(tokens.encode(text)));
    }
    assertTrue(tokens.ends(50256));
  }
}
