package io.gatun.engine.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/// White paper to draw on, with smooth text.
final class Sheet implements AutoCloseable {
  private static final String CUT = "…";

  private final BufferedImage image;
  private final Graphics2D pen;

  Sheet(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    pen = image.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, width, height);
  }

  BufferedImage image() {
    return image;
  }

  Graphics2D pen() {
    return pen;
  }

  void font(int style, int size, Color colour) {
    pen.setFont(new Font(Font.SANS_SERIF, style, size));
    pen.setColor(colour);
  }

  int width(String text) {
    return pen.getFontMetrics().stringWidth(text);
  }

  /// Writes text in the middle between `x` and `x + width`, cut off where it is too long.
  void center(String text, int x, int width, int baseline) {
    var fitting = fitting(text, width);
    pen.drawString(fitting, x + (width - width(fitting)) / 2, baseline);
  }

  /// Writes text that ends at `x`, cut off where it is longer than `width`.
  void right(String text, int x, int width, int baseline) {
    var fitting = fitting(text, width);
    pen.drawString(fitting, x - width(fitting), baseline);
  }

  /// The text, its end replaced by an ellipsis where it is wider than `width`.
  String fitting(String text, int width) {
    if (width(text) <= width) return text;
    int length = text.length();
    while (length > 0 && width(text.substring(0, length) + CUT) > width) length--;
    return text.substring(0, length) + CUT;
  }

  @Override
  public void close() {
    pen.dispose();
  }
}
