package io.gatun.engine.plot;

import java.awt.AWTError;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;

/// Whether Java can draw text on this machine: it needs fontconfig and at least one font. Without
/// them, or with a screen setting that leads nowhere, the toolkit fails with errors of many kinds.
final class TextSupport {
  private TextSupport() {}

  /// Runs a first use of fonts and turns its failure into advice.
  static void require(Runnable probe) throws IOException {
    try {
      probe.run();
    } catch (LinkageError | AWTError | InternalError | RuntimeException failure) {
      throw new IOException(
          "Java cannot draw text on this machine ("
              + failure
              + "). Install fontconfig and a font (Debian, Ubuntu: apt-get install fontconfig"
              + " fonts-dejavu-core; Fedora: dnf install fontconfig dejavu-sans-fonts), use a full"
              + " JDK instead of a headless one, and start Java with -Djava.awt.headless=true",
          failure);
    }
  }

  /// Measures a text, which loads the fonts.
  static void measure() {
    var pen = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    int width = pen.getFontMetrics().stringWidth("0");
    pen.dispose();
    if (width == 0) throw new IllegalStateException("the sans-serif font has no digits");
  }
}
