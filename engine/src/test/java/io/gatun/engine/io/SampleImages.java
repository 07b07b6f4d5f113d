package io.gatun.engine.io;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/// Image files to read, written by the platform.
public final class SampleImages {
  private SampleImages() {}

  /// A colour image whose pixel in line `y`, column `x` is `(16 x, 16 y, 8 (x + y))`.
  public static BufferedImage gradient(int width, int height, int type) {
    var image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = (x * 16 & 255) << 16 | (y * 16 & 255) << 8 | (x + y) * 8 & 255;
        image.setRGB(x, y, 0xff000000 | rgb);
      }
    }
    return image;
  }

  /// The file of an image.
  public static byte[] encoded(BufferedImage image, String format) throws IOException {
    var out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) throw new IOException("no writer for " + format);
    return out.toByteArray();
  }

  /// A JPEG file with a segment that names an orientation, 1 to 8.
  static byte[] oriented(byte[] jpeg, int orientation, ByteOrder order) {
    var tiff = ByteBuffer.allocate(8 + 2 + 2 * 12 + 4).order(order);
    tiff.put((byte) (order == ByteOrder.BIG_ENDIAN ? 'M' : 'I')).put(tiff.get(0));
    tiff.putShort((short) 42).putInt(8).putShort((short) 2);
    tiff.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(99);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    var all = ByteBuffer.allocate(jpeg.length + 10 + tiff.capacity());
    all.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (8 + tiff.capacity()));
    all.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(tiff.array());
    return all.put(jpeg, 2, jpeg.length - 2).array();
  }

  /// Puts the right checksums into a PNG file, as far as it has chunks.
  static byte[] withChecksums(byte[] png) {
    var in = ByteBuffer.wrap(png.clone());
    for (int at = 8; at + 12 <= png.length; ) {
      int length = in.getInt(at);
      if (length < 0 || length > png.length - at - 12) break;
      var sum = new CRC32();
      sum.update(png, at + 4, length + 4);
      in.putInt(at + 8 + length, (int) sum.getValue());
      at += 12 + length;
    }
    return in.array();
  }
}
