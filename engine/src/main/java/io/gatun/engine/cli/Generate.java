package io.gatun.engine.cli;

import io.gatun.engine.language.LanguageModel;
import io.gatun.engine.language.Sampler;
import io.gatun.engine.language.Utf8;
import io.gatun.engine.language.Writer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Lets a language model write on.
@Command(
    name = "generate",
    description = {
      "Lets a language model write on from a prompt.",
      "",
      "The model is a checkpoint of llama2.c, its tokenizer beside it as tok512.bin for 512 tokens"
          + " or tokenizer.bin; or a folder of GPT-2's kind with config.json and model.safetensors."
          + " The text goes to the standard output as it is written, the speed to the standard"
          + " error.",
      ""
    },
    footer = {
      "  gatun generate --model stories260K.bin --prompt \"Once upon a time\"",
      "  gatun generate --model stories260K.bin --temperature 0.8 --top-p 0.9 --seed 7",
      "  gatun generate --random gpt2 --prompt Locks     measures; the text is noise",
      ""
    })
final class Generate implements Callable<Integer> {
  @Spec private CommandSpec command;

  /// Which model: of files, or of random weights.
  static final class Choice {
    @Option(names = "--model", paramLabel = "FILE", description = "The model.")
    private Path file;

    @Option(
        names = "--random",
        paramLabel = "KIND",
        description = "A model of random weights, to measure with: gpt2, of 124 M parameters.")
    private Random random;
  }

  /// Models that can be had with random weights.
  enum Random {
    GPT2
  }

  @ArgGroup(multiplicity = "1")
  private Choice choice;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "The tokenizer; otherwise the one beside the model.")
  private Path tokenizer;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "How the text begins.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private String prompt;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "How many tokens to write at most; fewer where the text ends before.")
  private int tokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "0: always the likeliest token; above, tokens are drawn, the likely more often"
              + " below 1.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw from the K likeliest tokens only; 0 for all.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draw from the likeliest tokens only, up to this sum of probabilities.")
  private double topP;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Seed of drawing.")
  private long seed;

  @Option(
      names = "--memory-limit",
      paramLabel = "MIB",
      defaultValue = "4096",
      description = "Most MiB for the keys and values of a text of the model's greatest length.")
  private long memoryLimit;

  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  Generate(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var sampler = sampler();
    try (var arena = Arena.ofShared();
        var device = devices.open()) {
      var read =
          choice.random == Random.GPT2
              ? LanguageModel.randomGpt2(seed, arena)
              : LanguageModel.read(choice.file, Optional.ofNullable(tokenizer), arena);
      try (var writer = Writer.of(device, read.decoder(), memoryLimit << 20)) {
        write(read, writer, sampler);
      }
    }
    return 0;
  }

  private Sampler sampler() {
    if (tokens < 1) {
      throw new ParameterException(command.commandLine(), "--tokens: " + tokens + " is below 1");
    }
    if (memoryLimit < 1 || memoryLimit > 1L << 40) {
      throw new ParameterException(
          command.commandLine(), "--memory-limit: " + memoryLimit + " is no number of MiB");
    }
    try {
      return Sampler.of(temperature, topK, topP, seed);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(command.commandLine(), "--" + wrong.getMessage(), wrong);
    }
  }

  private void write(LanguageModel read, Writer writer, Sampler sampler) {
    int[] ids = read.tokens().encode(prompt);
    var text = new Utf8();
    var whole = new StringBuilder();
    Consumer<String> shown = json.wanted() ? whole::append : this::show;
    shown.accept(read.tokens().decode(ids));
    var written = new ArrayList<Integer>();
    long[] times = {System.nanoTime(), 0};
    writer.write(
        ids,
        tokens,
        sampler,
        id -> {
          if (written.isEmpty()) times[1] = System.nanoTime();
          if (read.tokens().ends(id)) return false;
          int previous = written.isEmpty() ? ids[ids.length - 1] : written.getLast();
          shown.accept(text.add(read.tokens().bytes(previous, id)));
          written.add(id);
          return true;
        });
    shown.accept(text.end());
    double prefill = (times[1] - times[0]) / 1e9;
    double decode = (System.nanoTime() - times[1]) / 1e9;
    tell(ids, written, whole.toString(), ids.length / prefill, (written.size() - 1) / decode);
  }

  private void show(String piece) {
    PrintStream out = console.out();
    out.print(piece);
    out.flush();
  }

  private void tell(
      int[] ids, List<Integer> written, String text, double promptSpeed, double speed) {
    if (json.wanted()) {
      var map = new LinkedHashMap<String, Object>();
      map.put("text", text);
      map.put("prompt_tokens", ids);
      map.put("tokens", written);
      map.put("prompt_tokens_per_second", promptSpeed);
      map.put("tokens_per_second", Math.max(0, speed));
      console.out().println(Json.text(map));
      return;
    }
    console.out().println();
    console
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "prompt: %d tokens, %.0f a second; written: %d tokens, %.0f a second",
                ids.length,
                promptSpeed,
                written.size(),
                Math.max(0, speed)));
  }
}
