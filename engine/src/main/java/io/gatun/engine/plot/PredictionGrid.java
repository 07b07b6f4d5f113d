package io.gatun.engine.plot;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A grid of grey images, each with its predicted and its true class below; wrong ones are red.
///
/// @param images `u8[n,height,width]`
/// @param predicted class of each of the first images; as many are shown
/// @param actual their true classes
public record PredictionGrid(Literal images, List<Integer> predicted, List<Integer> actual)
    implements Picture {
  private static final int SIDE = 112;
  private static final int GAP = 32;
  private static final int CAPTION = 38;
  private static final int TITLE = 56;
  private static final Color RIGHT = new Color(0x1b5e20);
  private static final Color WRONG = new Color(0xc62828);

  /// Checks that there are as many images as classes.
  public PredictionGrid {
    predicted = List.copyOf(predicted);
    actual = List.copyOf(actual);
    var type = images.type();
    boolean enough = type.shape().rank() == 3 && type.shape().dim(0) >= predicted.size();
    if (type.dtype() != DType.U8 || !enough || predicted.size() != actual.size()) {
      throw new IllegalArgumentException(
          "%d predictions, %d true classes and images of %s; wanted u8[n,height,width]"
              .formatted(predicted.size(), actual.size(), type));
    }
  }

  @Override
  public BufferedImage draw() {
    int columns = Math.max(1, (int) Math.ceil(Math.sqrt(predicted.size())));
    int rows = Math.ceilDiv(predicted.size(), columns);
    int width = GAP + columns * (SIDE + GAP);
    int height = TITLE + rows * (SIDE + CAPTION) + GAP / 2;
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var pen = picture.createGraphics();
    try {
      pen.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      pen.setColor(Color.WHITE);
      pen.fillRect(0, 0, width, height);
      title(pen, width);
      for (int i = 0; i < predicted.size(); i++) {
        int x = GAP + i % columns * (SIDE + GAP);
        int y = TITLE + i / columns * (SIDE + CAPTION);
        pen.drawImage(image(i), x, y, SIDE, SIDE, null);
        caption(pen, i, x, y + SIDE);
      }
    } finally {
      pen.dispose();
    }
    return picture;
  }

  private void title(Graphics2D pen, int width) {
    long right = 0;
    for (int i = 0; i < predicted.size(); i++) {
      if (predicted.get(i).equals(actual.get(i))) right++;
    }
    pen.setColor(Color.DARK_GRAY);
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    center(pen, right + " of " + predicted.size() + " predicted correctly", 0, width, 34);
  }

  private void caption(Graphics2D pen, int index, int x, int y) {
    boolean right = predicted.get(index).equals(actual.get(index));
    pen.setColor(right ? RIGHT : WRONG);
    pen.setFont(new Font(Font.SANS_SERIF, right ? Font.PLAIN : Font.BOLD, 13));
    String text = "predicted %d, true %d".formatted(predicted.get(index), actual.get(index));
    center(pen, text, x - GAP / 2, SIDE + GAP, y + 17);
  }

  private static void center(Graphics2D pen, String text, int x, int width, int baseline) {
    pen.drawString(text, x + (width - pen.getFontMetrics().stringWidth(text)) / 2, baseline);
  }

  /// Dark ink on white paper.
  private BufferedImage image(int index) {
    int height = images.type().shape().dim(1);
    int width = images.type().shape().dim(2);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    long start = (long) index * height * width;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        long at = start + (long) y * width + x;
        int paper = 255 - (images.data().get(ValueLayout.JAVA_BYTE, at) & 0xff);
        image.setRGB(x, y, paper << 16 | paper << 8 | paper);
      }
    }
    return image;
  }
}
