package io.gatun.engine.pretrained;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.OnnxProgram;
import io.gatun.engine.Tensor;
import io.gatun.graph.onnx.Onnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads a line of text: a network that takes a picture `x f32[1,3,48,width]` and gives
/// probabilities of characters from left to right, `f32[1,steps,characters]`: none, those of a
/// list, and the blank. A character is what the steps say until they say another one or none
/// (Graves et al., "Connectionist Temporal Classification", 2006).
final class TextRecognizer implements AutoCloseable {
  private static final int HEIGHT = 48;
  private static final int LEAST_WIDTH = 320;

  /// Widths are rounded up to a multiple of this, so that few plans serve all lines.
  private static final int STEP = 160;

  private static final int MOST_WIDTH = 20 * STEP;

  private final OnnxProgram program;
  private final List<String> characters;

  private TextRecognizer(OnnxProgram program, List<String> characters) {
    this.program = program;
    this.characters = characters;
  }

  /// What was read.
  ///
  /// @param score mean probability of the characters, 0 where there are none
  record Line(String text, double score) {}

  /// @param characters a file of one character a line
  static TextRecognizer read(Device device, Path model, Path characters) throws IOException {
    var list = new ArrayList<>(Files.readAllLines(characters));
    list.add(" ");
    return new TextRecognizer(new OnnxProgram(device, Onnx.open(model)), list);
  }

  /// Reads what a box of a picture holds; a line that is much higher than wide is turned first.
  Line read(Picture picture, RotatedBox box) {
    boolean upright = box.height() >= 1.5 * box.width();
    double ratio = upright ? box.height() / box.width() : box.width() / box.height();
    int width = Math.clamp((int) Math.ceil(HEIGHT * ratio), 1, MOST_WIDTH);
    var line = picture.seen(box.toWindow(width, HEIGHT, upright), width, HEIGHT);
    int padded = Math.max(LEAST_WIDTH, Math.ceilDiv(width, STEP) * STEP);
    try (var tensor = line.tensor("x", Normalization.signed(true, true), padded)) {
      var results = program.run(Map.of("x", tensor));
      try {
        return decode(results.values().iterator().next());
      } finally {
        results.values().forEach(Tensor::close);
      }
    }
  }

  private Line decode(Tensor steps) {
    var shape = steps.type().shape();
    int count = characters.size() + 1;
    if (shape.rank() != 3 || shape.dim(2) != count) {
      throw new EngineException(
          "ocr: the recognizer gives %s; with this list of characters wanted is [1,steps,%d]"
              .formatted(steps.type(), count));
    }
    float[] values = steps.toFloats();
    var text = new StringBuilder();
    double sum = 0;
    int read = 0;
    int before = 0;
    for (int step = 0; step < shape.dim(1); step++) {
      int best = 0;
      for (int c = 1; c < count; c++) {
        if (values[step * count + c] > values[step * count + best]) best = c;
      }
      if (best > 0 && best != before) {
        text.append(characters.get(best - 1));
        sum += values[step * count + best];
        read++;
      }
      before = best;
    }
    return new Line(text.toString(), read == 0 ? 0 : sum / read);
  }

  @Override
  public void close() {
    program.close();
  }
}
