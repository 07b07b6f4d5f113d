package io.gatun.engine.plot;

import io.gatun.graph.tensor.Literal;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;

/// Images in two lines, originals above their reconstructions; of many images, several such pairs
/// of lines.
///
/// @param title heading of the picture
/// @param originals bytes, or floats from 0 to 1: `[n,height,width]` or `[n,height,width,channels]`
///     with 1 or 3 channels
/// @param reconstructions as many
public record ImagePairs(String title, Literal originals, Literal reconstructions)
    implements Picture {
  private static final int WIDTH = 900;
  private static final int LABEL = 120;
  private static final int GAP = 8;
  private static final int TITLE = 56;
  private static final int LEAST_SIDE = 64;
  private static final int MOST_SIDE = 180;

  /// Checks that both are images of one size and number.
  public ImagePairs {
    Thumbnail.check(originals);
    Thumbnail.check(reconstructions);
    if (!originals.type().shape().equals(reconstructions.type().shape())) {
      throw new IllegalArgumentException(
          "originals of %s and reconstructions of %s differ in shape"
              .formatted(originals.type(), reconstructions.type()));
    }
  }

  @Override
  public BufferedImage draw() {
    int count = originals.type().shape().dim(0);
    int room = WIDTH - LABEL - GAP;
    int most = room / (LEAST_SIDE + GAP);
    int lines = Math.max(1, Math.ceilDiv(count, most));
    int columns = Math.max(1, Math.ceilDiv(count, lines));
    int side = Math.min(MOST_SIDE, room / columns - GAP);
    int tall = side * originals.type().shape().dim(1) / originals.type().shape().dim(2);
    tall = Math.clamp(tall, LEAST_SIDE / 4, 2 * side);
    int pair = 2 * (tall + GAP) + 2 * GAP;
    try (var sheet = new Sheet(WIDTH, TITLE + lines * pair)) {
      sheet.font(Font.BOLD, 18, Palette.TEXT);
      sheet.center(title, GAP, WIDTH - 2 * GAP, 34);
      for (int line = 0; line < lines; line++) {
        int y = TITLE + line * pair;
        label(sheet, "original", y, tall);
        label(sheet, "reconstruction", y + tall + GAP, tall);
      }
      for (int i = 0; i < count; i++) {
        int x = LABEL + i % columns * (side + GAP);
        int y = TITLE + i / columns * pair;
        image(sheet, Thumbnail.of(originals, i, true), x, y, side, tall);
        image(sheet, Thumbnail.of(reconstructions, i, true), x, y + tall + GAP, side, tall);
      }
      return sheet.image();
    }
  }

  private static void label(Sheet sheet, String text, int y, int tall) {
    sheet.font(Font.PLAIN, 13, Palette.TEXT);
    sheet.right(text, LABEL - GAP - 4, LABEL - GAP, y + tall / 2 + 5);
  }

  private static void image(Sheet sheet, BufferedImage image, int x, int y, int side, int tall) {
    sheet.pen().drawImage(image, x, y, side, tall, null);
    sheet.pen().setColor(Color.LIGHT_GRAY);
    sheet.pen().drawRect(x, y, side - 1, tall - 1);
  }
}
