package io.gatun.engine.cli;

import io.gatun.engine.data.Pretrained;
import io.gatun.engine.pretrained.Pooling;
import io.gatun.engine.pretrained.SentenceEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Turns texts into vectors.
@Command(
    name = "embed",
    description = {
      "Turns texts into vectors: like texts have like vectors.",
      "",
      "The model is one of minilm, minilm-int8 and bge-small-zh, which 'gatun fetch' brings, or an"
          + " ONNX file of BERT's kind with its tokenizer.json.",
      ""
    },
    footer = {
      "  gatun embed \"A man is eating food.\" \"A man is eating bread.\" --similarity",
      "  gatun embed --model bge-small-zh \"今天天气很好\" --json",
      "  gatun embed --model bert.onnx --tokenizer tokenizer.json \"some text\"",
      ""
    })
final class Embed implements Callable<Integer> {
  private static final int SHOWN = 8;
  private static final List<Pretrained> KNOWN =
      List.of(Pretrained.MINILM, Pretrained.MINILM_INT8, Pretrained.BGE_SMALL_ZH);

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "TEXT", arity = "1..*", description = "The texts.")
  private List<String> texts;

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      defaultValue = "minilm",
      description = "A model that is fetched, or an ONNX file.")
  private String model;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "The tokenizer.json of an ONNX file.")
  private Path tokenizer;

  @Option(
      names = "--pooling",
      paramLabel = "HOW",
      description =
          "Features of a text: MEAN of its tokens', or those of the FIRST. Default: as the"
              + " model was trained, MEAN for a file.")
  private Pooling pooling;

  @Option(
      names = "--similarity",
      description = "Print the cosine of each two texts' vectors.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private boolean similarity;

  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  Embed(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var known = KNOWN.stream().filter(p -> p.text().equals(model)).findFirst();
    Path file = known.isPresent() ? known.get().file(".onnx") : Path.of(model);
    try (var device = devices.open();
        var embedder = SentenceEmbedder.read(device, file, tokenizer(known), pooling(known))) {
      tell(embedder.embed(texts));
    }
    return 0;
  }

  private Path tokenizer(Optional<Pretrained> known) throws IOException {
    if (tokenizer != null) return tokenizer;
    if (known.isPresent()) return known.get().file("tokenizer.json");
    throw new ParameterException(
        command.commandLine(),
        "--model: %s is none of %s; an ONNX file wants its tokenizer.json by --tokenizer"
            .formatted(model, KNOWN.stream().map(Pretrained::text).toList()));
  }

  private Pooling pooling(Optional<Pretrained> known) {
    if (pooling != null) return pooling;
    return known.equals(Optional.of(Pretrained.BGE_SMALL_ZH)) ? Pooling.FIRST : Pooling.MEAN;
  }

  private void tell(List<float[]> vectors) {
    if (json.wanted()) {
      var map = new LinkedHashMap<String, Object>();
      map.put("texts", texts);
      map.put("vectors", vectors);
      if (similarity) map.put("similarity", matrix(vectors));
      console.out().println(Json.text(map));
    } else if (similarity) {
      var matrix = matrix(vectors);
      for (int i = 0; i < texts.size(); i++) {
        var row = new StringBuilder();
        for (double cosine : matrix.get(i)) row.append(String.format(Locale.ROOT, "%8.4f", cosine));
        console.out().println(row + "  " + texts.get(i));
      }
    } else {
      for (int i = 0; i < texts.size(); i++) {
        var row = new StringBuilder();
        float[] vector = vectors.get(i);
        for (int j = 0; j < Math.min(SHOWN, vector.length); j++) {
          row.append(String.format(Locale.ROOT, "%8.4f", vector[j]));
        }
        console.out().println(row + " ... [" + vector.length + "]  " + texts.get(i));
      }
    }
  }

  private static List<List<Double>> matrix(List<float[]> vectors) {
    var rows = new ArrayList<List<Double>>();
    for (float[] a : vectors) {
      rows.add(vectors.stream().map(b -> SentenceEmbedder.similarity(a, b)).toList());
    }
    return rows;
  }
}
