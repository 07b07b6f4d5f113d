package io.gatun.engine.cli;

import io.gatun.engine.Device;
import io.gatun.engine.data.Pretrained;
import io.gatun.engine.pretrained.Picture;
import io.gatun.engine.pretrained.TextReader;
import io.gatun.engine.pretrained.TextReader.TextLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Reads the text in a picture.
@Command(
    name = "ocr",
    description = {
      "Reads the text in a picture, English or Chinese, by PP-OCR 4.",
      "",
      "Prints a line for each line of text, from top to bottom.",
      ""
    },
    footer = {
      "  gatun ocr letter.png",
      "  gatun ocr letter.png --out found.png     draws boxes into a copy",
      ""
    })
final class Ocr implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(paramLabel = "IMAGE", description = "PNG, JPEG, GIF or BMP file.")
  private Path file;

  @Option(names = "--out", paramLabel = "PNG", description = "Draw the boxes into a copy.")
  private Path out;

  @Option(
      names = "--models",
      paramLabel = "FILE",
      split = ",",
      description =
          "Detector, recognizer (ONNX) and list of characters, with commas between;"
              + " otherwise those of 'gatun fetch pp-ocr'.")
  private List<Path> models = List.of();

  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  Ocr(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (!models.isEmpty() && models.size() != 3) {
      throw new ParameterException(
          command.commandLine(), "--models wants three files, got " + models);
    }
    var picture = Picture.read(file);
    try (var device = devices.open();
        var reader = reader(device)) {
      var lines = reader.read(picture);
      if (json.wanted()) {
        console.out().println(Json.text(Map.of("lines", lines.stream().map(Ocr::map).toList())));
      } else {
        lines.forEach(line -> console.out().println(line.text()));
        if (lines.isEmpty()) console.err().println("no text");
      }
      if (out != null) {
        picture.outlined(lines.stream().map(line -> line.box().outline()).toList()).write(out);
      }
    }
    return 0;
  }

  private TextReader reader(Device device) throws IOException {
    if (!models.isEmpty()) {
      return TextReader.read(device, models.get(0), models.get(1), models.get(2));
    }
    return TextReader.read(
        device,
        Pretrained.PP_OCR.file("det_infer.onnx"),
        Pretrained.PP_OCR.file("rec_infer.onnx"),
        Pretrained.PP_OCR.file(".txt"));
  }

  private static Map<String, Object> map(TextLine line) {
    var map = new LinkedHashMap<String, Object>();
    map.put("text", line.text());
    map.put("score", line.score());
    map.put(
        "corners", line.box().corners().stream().map(p -> List.of(p.getX(), p.getY())).toList());
    return map;
  }
}
