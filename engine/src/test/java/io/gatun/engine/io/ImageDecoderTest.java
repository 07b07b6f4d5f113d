package io.gatun.engine.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {
  private static final int FUZZ_PIXELS = 1 << 12;

  @TempDir Path folder;

  private final ImageDecoder colour = new ImageDecoder(false, 1000);
  private final ImageDecoder grey = new ImageDecoder(true, 1000);

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("image"), bytes);
  }

  private static byte[] gradient(String format) throws IOException {
    return SampleImages.encoded(SampleImages.gradient(7, 5, BufferedImage.TYPE_3BYTE_BGR), format);
  }

  private static int at(Pixels image, int y, int x, int channel) {
    return image.values()[(y * image.width() + x) * image.channels() + channel] & 0xff;
  }

  private String refusal(byte[] bytes) throws IOException {
    var file = file(bytes);
    var message = assertThrows(IOException.class, () -> colour.read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message;
  }

  @Test
  void readsColours() throws IOException {
    for (var format : new String[] {"png", "bmp", "gif", "jpeg"}) {
      var image = colour.read(file(gradient(format)));
      int tolerance = format.equals("jpeg") ? 20 : format.equals("gif") ? 8 : 0;
      assertEquals(7, image.width());
      assertEquals(5, image.height());
      for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 7; x++) {
          assertEquals(16 * x, at(image, y, x, 0), tolerance, format);
          assertEquals(16 * y, at(image, y, x, 1), tolerance, format);
          assertEquals(8 * (x + y), at(image, y, x, 2), tolerance, format);
        }
      }
    }
  }

  @Test
  void readsEveryKindOfPicture() throws IOException {
    int[] types = {
      BufferedImage.TYPE_INT_RGB,
      BufferedImage.TYPE_INT_ARGB,
      BufferedImage.TYPE_4BYTE_ABGR,
      BufferedImage.TYPE_BYTE_INDEXED,
      BufferedImage.TYPE_BYTE_BINARY,
      BufferedImage.TYPE_USHORT_565_RGB,
      BufferedImage.TYPE_USHORT_GRAY
    };
    for (int type : types) {
      var picture = SampleImages.gradient(7, 5, type);
      var image = colour.read(file(SampleImages.encoded(picture, "png")));
      if (type == BufferedImage.TYPE_USHORT_GRAY) {
        int sample = picture.getRaster().getSample(6, 4, 0) >> 8;
        for (int c = 0; c < 3; c++) assertEquals(sample, at(image, 4, 6, c));
        continue;
      }
      int rgb = picture.getRGB(6, 4);
      for (int c = 0; c < 3; c++) {
        assertEquals(rgb >> 16 - 8 * c & 255, at(image, 4, 6, c), 1, "type " + type);
      }
    }
  }

  @Test
  void greyIsLuma() throws IOException {
    var picture = new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB);
    int[] colours = {0xff0000, 0x00ff00, 0x0000ff, 0x646464};
    for (int x = 0; x < 4; x++) picture.setRGB(x, 0, colours[x]);
    var image = grey.read(file(SampleImages.encoded(picture, "png")));
    assertEquals(1, image.channels());
    assertArrayEquals(new byte[] {76, (byte) 150, 29, 100}, image.values());
  }

  @Test
  void greyImagesKeepTheirValues() throws IOException {
    var picture = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
    int[] values = {0, 60, 255};
    for (int x = 0; x < 3; x++) picture.getRaster().setSample(x, 0, 0, values[x]);
    var bytes = SampleImages.encoded(picture, "png");
    assertArrayEquals(new byte[] {0, 60, -1}, grey.read(file(bytes)).values());
    assertArrayEquals(
        new byte[] {0, 0, 0, 60, 60, 60, -1, -1, -1}, colour.read(file(bytes)).values());
  }

  /// What EXIF says of the values 1 to 8: where the first line and the first column are seen.
  @Test
  void photographsAreUpright() throws IOException {
    String[] seen = {
      "top left", "top right", "bottom right", "bottom left",
      "left top", "right top", "right bottom", "left bottom"
    };
    var jpeg = gradient("jpeg");
    var stored = colour.read(file(jpeg));
    for (int value = 1; value <= 8; value++) {
      for (var order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
        var upright = colour.read(file(SampleImages.oriented(jpeg, value, order)));
        var sides = seen[value - 1].split(" ");
        boolean sideways = value > 4;
        assertEquals(sideways ? 5 : 7, upright.width());
        for (int y = 0; y < 5; y++) {
          for (int x = 0; x < 7; x++) {
            int down = sideways ? place(sides[1], x, 7) : place(sides[0], y, 5);
            int right = sideways ? place(sides[0], y, 5) : place(sides[1], x, 7);
            for (int c = 0; c < 3; c++) {
              assertEquals(at(stored, y, x, c), at(upright, down, right, c), seen[value - 1]);
            }
          }
        }
      }
    }
  }

  private static int place(String first, int index, int count) {
    return first.equals("top") || first.equals("left") ? index : count - 1 - index;
  }

  @Test
  void strangeOrientationsAreIgnored() throws IOException {
    var jpeg = gradient("jpeg");
    for (int value : new int[] {0, 9, -1}) {
      var image = colour.read(file(SampleImages.oriented(jpeg, value, ByteOrder.BIG_ENDIAN)));
      assertArrayEquals(colour.read(file(jpeg)).values(), image.values());
    }
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    for (var format : new String[] {"png", "bmp", "gif", "jpeg"}) {
      var bytes = gradient(format);
      for (int length = 0; length < bytes.length - 1; length++) {
        var message = refusal(Arrays.copyOf(bytes, length));
        assertTrue(
            length < 8 || message.contains("truncated") || message.contains("header"), message);
      }
    }
  }

  @Test
  void damagedPngFilesAreRefused() throws IOException {
    var bytes = gradient("png");
    bytes[45] ^= 1;
    assertTrue(refusal(bytes).contains("checksum of chunk IDAT"));
  }

  @Test
  void hugeImagesAreRefusedBeforeDecoding() throws IOException {
    var png = gradient("png");
    ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);
    var message = refusal(SampleImages.withChecksums(png));
    assertTrue(message.contains("100000 x 100000 pixels; 1 to 1000"), message);
    var bmp = gradient("bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 1 << 30);
    refusal(bmp);
    assertTrue(refusal(new byte[1 << 21]).contains("more bytes"));
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertTrue(refusal("RIFF....WEBP".getBytes()).contains("PNG, JPEG, GIF and BMP"));
    assertTrue(refusal(new byte[0]).contains("truncated"));
    assertThrows(IOException.class, () -> colour.read(folder));
    assertThrows(IOException.class, () -> colour.read(folder.resolve("absent")));
    assertThrows(IllegalArgumentException.class, () -> new ImageDecoder(true, 0));
    assertThrows(IllegalArgumentException.class, () -> new ImageDecoder(true, 1L << 40));
  }

  @Test
  void textsAndProfilesDoNotReachTheDecoder() throws IOException {
    var png = gradient("png");
    var hostile = ByteBuffer.allocate(png.length + 12 + 5);
    hostile.put(png, 0, 33).putInt(5).put("iCCPx\0\0zz".getBytes()).putInt(0);
    hostile.put(png, 33, png.length - 33);
    assertEquals(7, colour.read(file(hostile.array())).width());
  }

  @Test
  void tooManyScansAreRefused() throws IOException {
    var jpeg = gradient("jpeg");
    int scan = 0;
    while ((jpeg[scan] & 0xff) != 0xff || (jpeg[scan + 1] & 0xff) != 0xDA) scan++;
    int length = jpeg.length - 2 - scan;
    var many = ByteBuffer.allocate(jpeg.length + 200 * length);
    many.put(jpeg, 0, scan);
    for (int i = 0; i < 201; i++) many.put(jpeg, scan, length);
    many.put(jpeg, jpeg.length - 2, 2);
    assertTrue(refusal(many.array()).contains("scans"));
  }

  private void fuzz(byte[] good, ReaderFuzz.Reader reader) throws IOException {
    var file = file(good);
    for (int i = 0; i < 20; i++) colour.read(file); // loads the decoders
    new ReaderFuzz(folder, 0, reader).run(file);
  }

  @Test
  @Timeout(900)
  void mutatedFilesAreReadOrRefused() throws IOException {
    var decoder = new ImageDecoder(false, FUZZ_PIXELS);
    for (var format : new String[] {"png", "jpeg", "gif", "bmp"}) {
      fuzz(gradient(format), (file, _) -> decoder.read(file));
    }
  }

  @Test
  @Timeout(900)
  void mutatedContentOfGoodChunksIsReadOrRefused() throws IOException {
    var decoder = new ImageDecoder(true, FUZZ_PIXELS);
    ReaderFuzz.Reader reader =
        (file, _) -> {
          Files.write(file, SampleImages.withChecksums(Files.readAllBytes(file)));
          decoder.read(file);
        };
    fuzz(gradient("png"), reader);
    var palette = SampleImages.gradient(9, 9, BufferedImage.TYPE_BYTE_INDEXED);
    fuzz(SampleImages.encoded(palette, "png"), reader);
  }
}
