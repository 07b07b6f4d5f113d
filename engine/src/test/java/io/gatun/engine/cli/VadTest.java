package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.engine.data.Pretrained;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tiny network that hears what is loud (make_pretrained_fixtures.py), and the real one where the
/// cache has it.
class VadTest {
  private static final Path FOLDER = Path.of("src/test/resources/pretrained");
  private static final Path MODEL = FOLDER.resolve("voice.onnx");

  @TempDir private Path folder;

  private static byte[] wav(int rate, int channels, int count, IntToDoubleFunction sound) {
    int bytes = count * channels * 2;
    var out = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
    out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    out.putShort((short) 1).putShort((short) channels).putInt(rate);
    out.putInt(rate * channels * 2).putShort((short) (channels * 2)).putShort((short) 16);
    out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    for (int i = 0; i < count * channels; i++) {
      out.putShort((short) Math.rint(32767 * sound.applyAsDouble(i / channels)));
    }
    return out.array();
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("sound.wav"), content);
  }

  /// A tone from 1 s to 2 s.
  private static double tone(double seconds) {
    return seconds >= 1 && seconds < 2 ? 0.4 * Math.sin(2 * Math.PI * 440 * seconds) : 0;
  }

  @Test
  void findsWhereItIsLoudWhateverTheRateAndTheChannels() throws IOException {
    for (int rate : new int[] {16000, 48000}) {
      var sound = file(wav(rate, rate / 16000, 3 * rate, i -> tone((double) i / rate)));
      var run = CommandRun.of("vad", sound, "--model", MODEL, "--json");
      assertEquals(0, run.code(), run.err());
      var segments = run.json().get("segments");
      assertEquals(1, segments.size(), run.out());
      assertEquals(1, segments.get(0).get("from").asDouble(), 0.08);
      assertEquals(2, segments.get(0).get("to").asDouble(), 0.15);
    }
  }

  /// Each state is half the one before and the mean of the 576 samples.
  @Test
  void theStateIsCarriedFromChunkToChunk() throws IOException {
    var run =
        CommandRun.of("vad", file(wav(16000, 1, 2048, _ -> 0.25)), "--model", MODEL, "--json");
    double state = 0;
    for (int chunk = 0; chunk < 4; chunk++) {
      state = state / 2 + 0.25 * (chunk == 0 ? 512 / 576.0 : 1);
      double p = 1 / (1 + Math.exp(4 - 40 * state));
      assertEquals(p, run.json().get("probabilities").get(chunk).asDouble(), 1e-4, run.out());
    }
  }

  @Test
  void whatCannotBeHeardIsRefused() throws IOException {
    byte[] sound = wav(16000, 1, 600, _ -> 0);
    for (int length : new int[] {0, 11, 20, 40, 43, sound.length - 1}) {
      assertRefused(Arrays.copyOf(sound, length), "sound.wav");
    }
    assertRefused(wav(44100, 1, 100, _ -> 0), "44100");
    byte[] law = sound.clone();
    law[20] = 7;
    assertRefused(law, "convert it to 16 bits");
    for (int seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      byte[] damaged = sound.clone();
      for (int i = 0; i < 3; i++) damaged[random.nextInt(44)] = (byte) random.nextInt();
      var run = CommandRun.of("vad", file(damaged), "--model=none.onnx");
      assertEquals(1, run.code(), "seed " + seed);
      assertEquals(1, run.err().lines().count(), "seed " + seed + ": " + run.err());
    }
  }

  private void assertRefused(byte[] sound, String reason) throws IOException {
    var run = CommandRun.of("vad", file(sound), "--model", MODEL);
    assertEquals(1, run.code());
    assertTrue(run.err().contains(reason), run.err());
  }

  @Test
  void anotherModelIsRefused() throws IOException {
    var sound = file(wav(16000, 1, 600, _ -> 0));
    var run = CommandRun.of("vad", sound, "--model", FOLDER.resolve("encoder.onnx"));
    assertEquals(1, run.code());
    assertTrue(run.err().contains("Silero VAD 5"), run.err());
    assertEquals(2, CommandRun.of("vad", sound, "--threshold=2").code());
  }

  /// A voice of 29 harmonics; the probabilities are those of ONNX Runtime (make_voice_fixture.py).
  @Test
  void sileroHearsWhatOnnxRuntimeHears() throws IOException {
    assumeTrue(
        Pretrained.SILERO_VAD.isCached(), "'gatun fetch silero-vad' fetches this test's model");
    var wanted = new ObjectMapper().readTree(FOLDER.resolve("silero.json").toFile());
    var run = CommandRun.of("vad", file(wav(16000, 1, 32000, VadTest::voice)), "--json");
    assertEquals(0, run.code(), run.err());
    for (int i = 0; i < wanted.size(); i++) {
      double p = run.json().get("probabilities").get(i).asDouble();
      assertEquals(wanted.get(i).asDouble(), p, 1e-3, "chunk " + i);
    }
  }

  private static double voice(int i) {
    double t = i / 16000.0;
    if (t < 0.5 || t > 1.5) return 0;
    double sum = 0;
    for (int k = 1; k < 30; k++) {
      double f = 120.0 * k;
      double level =
          Math.exp(-Math.pow((f - 600) / 150, 2)) + 0.7 * Math.exp(-Math.pow((f - 1200) / 200, 2));
      sum += level * Math.sin(2 * Math.PI * f * t);
    }
    return 0.1 * sum * (0.6 + 0.4 * Math.sin(8 * Math.PI * t));
  }
}
