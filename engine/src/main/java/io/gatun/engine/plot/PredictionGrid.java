package io.gatun.engine.plot;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import java.awt.Font;
import java.awt.image.BufferedImage;
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
    try (var sheet = new Sheet(width, height)) {
      title(sheet, width);
      for (int i = 0; i < predicted.size(); i++) {
        int x = GAP + i % columns * (SIDE + GAP);
        int y = TITLE + i / columns * (SIDE + CAPTION);
        sheet.pen().drawImage(Thumbnail.of(images, i, true), x, y, SIDE, SIDE, null);
        caption(sheet, i, x, y + SIDE);
      }
      return sheet.image();
    }
  }

  private void title(Sheet sheet, int width) {
    long right = 0;
    for (int i = 0; i < predicted.size(); i++) {
      if (predicted.get(i).equals(actual.get(i))) right++;
    }
    sheet.font(Font.BOLD, 18, Palette.TEXT);
    sheet.center(right + " of " + predicted.size() + " predicted correctly", 0, width, 34);
  }

  private void caption(Sheet sheet, int index, int x, int y) {
    boolean right = predicted.get(index).equals(actual.get(index));
    sheet.font(right ? Font.PLAIN : Font.BOLD, 13, right ? Palette.RIGHT : Palette.WRONG);
    String text = "predicted %d, true %d".formatted(predicted.get(index), actual.get(index));
    sheet.center(text, x - GAP / 2, SIDE + GAP, y + 17);
  }
}
