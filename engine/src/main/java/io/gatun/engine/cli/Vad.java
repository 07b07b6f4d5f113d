package io.gatun.engine.cli;

import io.gatun.engine.data.Pretrained;
import io.gatun.engine.io.Wav;
import io.gatun.engine.pretrained.SpeechSegments;
import io.gatun.engine.pretrained.VoiceActivity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Tells where somebody speaks in a sound.
@Command(
    name = "vad",
    description = {
      "Tells where somebody speaks in a sound, by Silero VAD.",
      "",
      "The sound is a WAV file of 16,000 samples a second or a multiple; channels are averaged.",
      ""
    },
    footer = {"  gatun vad talk.wav", "  gatun vad talk.wav --threshold 0.7 --json", ""})
final class Vad implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(paramLabel = "WAV", description = "The sound.")
  private Path file;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "ONNX file of Silero VAD 5; otherwise the one of 'gatun fetch silero-vad'.")
  private Path model;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      defaultValue = "0.5",
      description = "Probability from which on it is speech.")
  private double threshold;

  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  Vad(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var segments = segments();
    float[] samples = Wav.read(file).at(VoiceActivity.RATE).samples();
    Path network = model != null ? model : Pretrained.SILERO_VAD.file(".onnx");
    try (var device = devices.open();
        var voice = VoiceActivity.read(device, network)) {
      double[] probabilities = voice.hear(samples);
      double chunk = (double) VoiceActivity.CHUNK / VoiceActivity.RATE;
      var found = segments.of(probabilities, chunk);
      if (json.wanted()) {
        var map = new LinkedHashMap<String, Object>();
        map.put("seconds", (double) samples.length / VoiceActivity.RATE);
        map.put("segments", found);
        map.put("chunk_seconds", chunk);
        map.put("probabilities", probabilities);
        console.out().println(Json.text(map));
      } else {
        for (var s : found) {
          console.out().println(String.format(Locale.ROOT, "%9.3f s to %9.3f s", s.from(), s.to()));
        }
        if (found.isEmpty()) console.err().println("nobody speaks");
      }
    }
    return 0;
  }

  private SpeechSegments segments() {
    try {
      return SpeechSegments.usual().withThreshold(threshold);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(command.commandLine(), "--" + wrong.getMessage(), wrong);
    }
  }
}
