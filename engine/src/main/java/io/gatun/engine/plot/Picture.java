package io.gatun.engine.plot;

import io.gatun.engine.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/// Something that can be drawn and written as a PNG file.
@FunctionalInterface
public interface Picture {
  /// Draws it; needs fonts, but no screen.
  BufferedImage draw();

  /// Writes the PNG file, atomically.
  ///
  /// @throws IOException if the file cannot be written, or if this machine cannot draw text: then
  ///     the message says what to install
  default void write(Path file) throws IOException {
    TextSupport.require(TextSupport::measure);
    var png = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    ImageIO.write(draw(), "png", png);
    AtomicFile.write(file, png.toByteArray());
  }

  /// Writes the PNG file, or tells `warning` why there is none; answers whether it was written. For
  /// work that matters more than its picture.
  default boolean writeOrWarn(Path file, Consumer<String> warning) {
    try {
      write(file);
      return true;
    } catch (IOException failure) {
      warning.accept("no picture " + file + ": " + failure.getMessage());
      return false;
    }
  }
}
