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
  /// Reads a model from the files that people have: a checkpoint of llama2.c.
  ///
  /// @param tokenizer empty for the one that lies beside the model
  /// @param arena that the weights are mapped into
  public static LanguageModel read(Path model, Optional<Path> tokenizer, Arena arena)
      throws IOException {
    var llama = LlamaFile.read(model, arena);
    var names = List.of("tok" + llama.vocabulary() + ".bin", "tokenizer.bin");
    Path found = tokenizer.isPresent() ? tokenizer.get() : beside(model, names);
    return new LanguageModel(llama, LlamaTokenizer.read(found, llama.vocabulary()));
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
