package io.gatun.engine.pretrained;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the text in pictures by two networks in the manner of PP-OCR (Du et al. 2020): one finds
/// lines, the other reads them.
public final class TextReader implements AutoCloseable {
  private static final double LEAST_SCORE = 0.5;

  private final TextDetector detector;
  private final TextRecognizer recognizer;

  private TextReader(TextDetector detector, TextRecognizer recognizer) {
    this.detector = detector;
    this.recognizer = recognizer;
  }

  /// A line of text and where it is, in pixels.
  ///
  /// @param score mean probability of the characters
  public record TextLine(String text, double score, RotatedBox box) {}

  /// @param detector ONNX file of the network that finds lines
  /// @param recognizer ONNX file of the one that reads them
  /// @param characters those that it knows, one a line
  public static TextReader read(Device device, Path detector, Path recognizer, Path characters)
      throws IOException {
    return new TextReader(
        TextDetector.read(device, detector), TextRecognizer.read(device, recognizer, characters));
  }

  /// The lines, from top to bottom; those that are hardly readable are left out.
  ///
  /// @throws EngineException when the networks are of another kind
  public List<TextLine> read(Picture picture) {
    var lines = new ArrayList<TextLine>();
    for (var box : detector.detect(picture)) {
      var line = recognizer.read(picture, box);
      if (line.score() >= LEAST_SCORE) lines.add(new TextLine(line.text(), line.score(), box));
    }
    return lines;
  }

  @Override
  public void close() {
    detector.close();
    recognizer.close();
  }
}
