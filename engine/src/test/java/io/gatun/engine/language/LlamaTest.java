package io.gatun.engine.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A tiny model against PyTorch's logits (make_language_fixtures.py), and its file when it is
/// damaged.
class LlamaTest {
  private static final Path FOLDER = Path.of("src/test/resources/language");
  private static final Path FILE = FOLDER.resolve("llama.bin");

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void readsAPromptAndThenTokenByToken(String device) throws IOException {
    try (var arena = Arena.ofShared()) {
      DecoderCheck.check(device, LlamaFile.read(FILE, arena), FOLDER.resolve("llama.json"));
    }
  }

  /// The stories lie beside the repository, in `shared/data`.
  @Test
  void tellsAStory() throws IOException {
    var file = SharedData.file("stories260K.bin");
    assumeTrue(file.isPresent(), "shared/data/stories260K.bin is not beside the repository");
    try (var arena = Arena.ofShared();
        var device = Devices.open("cpu")) {
      var model = LanguageModel.read(file.get(), Optional.empty(), arena);
      try (var writer = Writer.of(device, model.decoder())) {
        int[] prompt = model.tokens().encode("Once upon a time");
        assertArrayEquals(new int[] {1, 403, 407, 261, 378}, prompt);
        var written = new ArrayList<Integer>();
        assertEquals(50, writer.write(prompt, 50, Sampler.greedy(), written::add));
        assertEquals(List.of(432, 383, 286, 261, 376, 298, 315, 421), written.subList(0, 8));
        int[] ids = written.stream().mapToInt(i -> i).toArray();
        assertEquals(
            ", there was a little girl named Lily. She loved to play outside in the park. One day,"
                + " she saw a big, red ball.",
            model.tokens().decode(ids).substring(0, 110));
      }
    }
  }

  /// What a text attends to changes at 8, 16, 32 and 48 places; what is written does not.
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 30})
  void writesTheSameHoweverManyPlacesAPlanAttendsTo(int promptTokens) throws IOException {
    int[] prompt = new SplittableRandom(promptTokens).ints(promptTokens, 3, 200).toArray();
    try (var arena = Arena.ofShared();
        var device = Devices.open("cpu")) {
      var model = LlamaFile.read(FILE, arena);
      var wanted = written(device, model, model.context(), prompt);
      assertEquals(model.context() - promptTokens + 1, wanted.size());
      assertEquals(wanted, written(device, model, 8, prompt));
    }
  }

  /// What is written to the end of the longest text, the same again after the text before is
  /// forgotten.
  private static List<Integer> written(Device device, Decoder model, int leastReach, int[] prompt) {
    var parts = new Parts(leastReach, Parts.USUAL.tokens(), Parts.USUAL.longTokens());
    try (var writer = Writer.of(device, model, Writer.USUAL_MOST_BYTES, parts)) {
      var written = new ArrayList<Integer>();
      writer.write(prompt, model.context(), Sampler.greedy(), written::add);
      var again = new ArrayList<Integer>();
      writer.forget();
      writer.write(prompt, model.context(), Sampler.greedy(), again::add);
      assertEquals(written, again);
      return written;
    }
  }

  @Test
  void refusesTextsThatAreTooLongAndTokensThatAreNone() throws IOException {
    try (var arena = Arena.ofShared();
        var device = Devices.open("reference");
        var writer = Writer.of(device, LlamaFile.read(FILE, arena))) {
      writer.read(new int[40]);
      var tooLong = assertThrows(EngineException.class, () -> writer.read(new int[9]));
      assertTrue(tooLong.getMessage().contains("at most 48"), tooLong.getMessage());
      assertThrows(EngineException.class, () -> writer.read(265));
      assertThrows(EngineException.class, () -> writer.read());
      assertEquals(8, writer.write(new int[] {3}, 100, Sampler.greedy(), _ -> true));
      assertEquals(48, writer.position());
    }
  }

  @Test
  void aFileThatIsCutShortIsRefused(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(FILE);
    for (int length : new int[] {0, 1, 27, 28, 29, whole.length / 2, whole.length - 1}) {
      var file = Files.write(folder.resolve("cut.bin"), Arrays.copyOf(whole, length));
      try (var arena = Arena.ofConfined()) {
        var refused = assertThrows(MalformedFileException.class, () -> LlamaFile.read(file, arena));
        assertTrue(refused.getMessage().contains("cut.bin"), refused.getMessage());
      }
    }
  }

  @Test
  void keysAndValuesBeyondTheLimitAreRefused() throws IOException {
    try (var arena = Arena.ofShared();
        var device = Devices.open("reference")) {
      var model = LlamaFile.read(FILE, arena);
      var shape = model.shape();
      long bytes = 2L * 4 * shape.layers() * shape.context() * shape.groupsSize();
      Writer.of(device, model, bytes).close();
      var refused = assertThrows(EngineException.class, () -> Writer.of(device, model, bytes - 1));
      assertTrue(refused.getMessage().contains("--memory-limit"), refused.getMessage());
    }
  }

  @Test
  void aHostileHeaderIsRefusedOrHarmless(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(FILE);
    for (int seed = 0; seed < 2000; seed++) {
      var random = new SplittableRandom(seed);
      byte[] damaged = whole.clone();
      int changes = random.nextInt(1, 5);
      for (int i = 0; i < changes; i++) {
        damaged[random.nextInt(28)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
      }
      var file = Files.write(folder.resolve("damaged.bin"), damaged);
      try (var arena = Arena.ofConfined()) {
        var model = LlamaFile.read(file, arena);
        assertTrue(model.embedding().type().bytes() < whole.length, "seed " + seed);
      } catch (MalformedFileException refused) {
        assertTrue(refused.getMessage().contains("header"), "seed " + seed + ": " + refused);
      }
    }
  }
}
