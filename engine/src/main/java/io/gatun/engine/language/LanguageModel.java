package io.gatun.engine.language;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A model that writes, and the tokens that it writes in.
public record LanguageModel(Decoder decoder, TextTokens tokens) {
  /// Reads a model from the files that people have: a checkpoint of llama2.c, or a folder of
  /// GPT-2's kind with `config.json` and `model.safetensors`.
  ///
  /// @param tokenizer of llama2.c's form; empty for the one that lies beside the checkpoint
  /// @param arena that the weights are mapped into
  public static LanguageModel read(Path model, Optional<Path> tokenizer, Arena arena)
      throws IOException {
    if (Files.isDirectory(model)) {
      return new LanguageModel(Gpt2Files.read(model, arena), new Gpt2Tokens());
    }
    var llama = LlamaFile.read(model, arena);
    var names = List.of("tok" + llama.vocabulary() + ".bin", "tokenizer.bin");
    Path found = tokenizer.isPresent() ? tokenizer.get() : beside(model, names);
    return new LanguageModel(llama, LlamaTokenizer.read(found, llama.vocabulary()));
  }

  /// The smallest GPT-2 with random weights.
  public static LanguageModel randomGpt2(long seed, Arena arena) {
    return new LanguageModel(Gpt2Files.random(Gpt2Shape.small(), seed, arena), new Gpt2Tokens());
  }

  private static Path beside(Path model, List<String> names) throws IOException {
    return names.stream()
        .map(model::resolveSibling)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    names.stream()
                        .collect(
                            Collectors.joining(
                                " or ",
                                "there is no tokenizer ",
                                " beside " + model + "; name it with --tokenizer"))));
  }
}
