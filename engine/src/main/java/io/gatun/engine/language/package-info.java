/// Language models that write: architectures in the DSL ([Llama], [Gpt2]), their files, tokenizers,
/// and [Writer], which reads a prompt and writes on.
///
/// ```java
/// try (var arena = Arena.ofShared();
///     var device = Devices.open("cpu")) {
///   var model = LlamaFile.read(Path.of("stories260K.bin"), arena);
///   var tokenizer = LlamaTokenizer.read(Path.of("tok512.bin"), model.vocabulary());
///   try (var writer = Writer.of(device, model)) {
///     int[] prompt = tokenizer.encode("Once upon a time");
///     writer.write(prompt, 100, Sampler.greedy(), id -> !tokenizer.ends(id));
///   }
/// }
/// ```
package io.gatun.engine.language;
