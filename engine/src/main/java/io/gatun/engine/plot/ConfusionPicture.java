package io.gatun.engine.plot;

import io.gatun.engine.metric.ConfusionMatrix;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Locale;

/// A confusion matrix: a line for each true class, a column for each predicted one, the counts in
/// the fields, which are the darker the more of the true class they hold: right answers green,
/// wrong ones red.
///
/// @param title heading of the picture
public record ConfusionPicture(String title, ConfusionMatrix matrix) implements Picture {
  private static final int WIDTH = 900;
  private static final int LEAST_FIELD = 22;
  private static final int MOST_FIELD = 90;
  private static final int MOST_NAME = 180;
  private static final int MARGIN = 24;
  private static final int TITLE = 56;
  private static final int AXIS = 30;

  @Override
  public BufferedImage draw() {
    int classes = matrix.classes().size();
    int names = nameWidth();
    int field = Math.clamp((WIDTH - 2 * MARGIN - AXIS - names) / classes, LEAST_FIELD, MOST_FIELD);
    boolean upright = names > field - 6;
    int head = upright ? names : 20;
    int left = MARGIN + AXIS + names;
    int top = TITLE + AXIS + head;
    int width = Math.max(WIDTH, left + classes * field + MARGIN);
    left += (width - left - classes * field - MARGIN) / 2;
    try (var sheet = new Sheet(width, top + classes * field + MARGIN)) {
      sheet.font(Font.BOLD, 18, Palette.TEXT);
      sheet.center(heading(), MARGIN, width - 2 * MARGIN, 34);
      sheet.font(Font.BOLD, 14, Palette.TEXT);
      sheet.center("predicted", left, classes * field, TITLE + 16);
      turned(sheet, "true", left - names - 16, top + (classes * field + sheet.width("true")) / 2);
      for (int i = 0; i < classes; i++) {
        var name = matrix.classes().get(i);
        sheet.font(Font.PLAIN, nameSize(field), Palette.TEXT);
        sheet.right(name, left - 8, names - 8, top + i * field + field / 2 + 5);
        int middle = left + i * field + field / 2;
        if (upright) turned(sheet, sheet.fitting(name, head - 8), middle + 5, top - 6);
        else sheet.center(name, left + i * field, field, top - 8);
      }
      fields(sheet, left, top, field);
      return sheet.image();
    }
  }

  private String heading() {
    return String.format(
        Locale.ROOT,
        "%s: %d of %d right (%.2f %%)",
        title,
        right(),
        total(),
        100.0 * right() / Math.max(1, total()));
  }

  private long right() {
    long right = 0;
    for (int i = 0; i < matrix.classes().size(); i++) right += matrix.counts()[i][i];
    return right;
  }

  private long total() {
    long total = 0;
    for (var line : matrix.counts()) for (long count : line) total += count;
    return total;
  }

  private int nameWidth() {
    try (var sheet = new Sheet(1, 1)) {
      sheet.font(Font.PLAIN, 13, Palette.TEXT);
      int most = matrix.classes().stream().mapToInt(sheet::width).max().orElse(0);
      return Math.min(MOST_NAME, most) + 16;
    }
  }

  private static int nameSize(int field) {
    return field < 26 ? 11 : 13;
  }

  /// Writes upwards, the end of the baseline at `(x, y)` being its start.
  private static void turned(Sheet sheet, String text, int x, int y) {
    var before = sheet.pen().getTransform();
    var turned = new AffineTransform(before);
    turned.translate(x, y);
    turned.rotate(-Math.PI / 2);
    sheet.pen().setTransform(turned);
    sheet.pen().drawString(text, 0, 0);
    sheet.pen().setTransform(before);
  }

  private void fields(Sheet sheet, int left, int top, int field) {
    var counts = matrix.counts();
    for (int i = 0; i < counts.length; i++) {
      long samples = 0;
      for (long count : counts[i]) samples += count;
      for (int j = 0; j < counts.length; j++) {
        double share = samples == 0 ? 0 : (double) counts[i][j] / samples;
        int x = left + j * field;
        int y = top + i * field;
        sheet.pen().setColor(shade(i == j ? Palette.RIGHT : Palette.WRONG, share));
        sheet.pen().fillRect(x, y, field, field);
        sheet.pen().setColor(Color.LIGHT_GRAY);
        sheet.pen().drawRect(x, y, field, field);
        if (counts[i][j] > 0) count(sheet, counts[i][j], share, x, y, field);
      }
    }
  }

  /// White where nothing is, the full colour for all; small shares are already seen.
  private static Color shade(Color colour, double share) {
    double strength = Math.sqrt(share) * 0.85;
    return new Color(
        mixed(colour.getRed(), strength),
        mixed(colour.getGreen(), strength),
        mixed(colour.getBlue(), strength));
  }

  private static int mixed(int level, double strength) {
    return (int) Math.round(255 + (level - 255) * strength);
  }

  private static void count(Sheet sheet, long count, double share, int x, int y, int field) {
    var text = Long.toString(count);
    int size = 15;
    do {
      sheet.font(Font.PLAIN, size, share > 0.25 ? Color.WHITE : Palette.TEXT);
    } while (sheet.width(text) > field - 4 && --size >= 8);
    sheet.center(text, x, field, y + field / 2 + size / 3 + 1);
  }
}
