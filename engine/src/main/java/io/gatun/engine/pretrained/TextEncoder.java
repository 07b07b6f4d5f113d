package io.gatun.engine.pretrained;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.gatun.bindings.CacheDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A tokenizer in the form of `tokenizer.json`, run by a native library that its artifact carries.
///
/// The library is unpacked into the cache when it is first used. Its wrapper may look for other
/// builds of it and report its use; both need a network and are turned off here, and so is the
/// notice that nobody listens to its log.
final class TextEncoder implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "ai.djl.offline", "true",
          "OPT_OUT_TRACKING", "true",
          "RUST_FLAVOR", "cpu",
          "slf4j.internal.verbosity", "ERROR");

  private final HuggingFaceTokenizer tokenizer;

  private TextEncoder(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// Reads a `tokenizer.json`. Texts are cut to `length` tokens.
  ///
  /// @throws IOException when the file is absent or no tokenizer
  static TextEncoder read(Path file, int length) throws IOException {
    if (!file.toFile().isFile()) throw new IOException("there is no file " + file);
    // Read by the wrapper when its classes are initialised; there is no other way to say it.
    SETTINGS.forEach(System::setProperty);
    var cache = CacheDirectory.user().folder("tokenizers");
    System.setProperty("ENGINE_CACHE_DIR", cache.toString());
    var options =
        Map.of("truncation", "true", "maxLength", String.valueOf(length), "padding", "false");
    try {
      return new TextEncoder(HuggingFaceTokenizer.newInstance(file, options));
    } catch (RuntimeException broken) {
      throw new IOException(file + " is no tokenizer: " + broken.getMessage(), broken);
    }
  }

  /// The ids of the tokens of each text, those that begin and end it included.
  List<long[]> encode(List<String> texts) {
    return Stream.of(tokenizer.batchEncode(texts)).map(Encoding::getIds).toList();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
