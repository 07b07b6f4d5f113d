package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.io.Pixels;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResampleTest {
  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) values[i];
    return bytes;
  }

  private static byte[] resized(Pixels image, int height, int width) {
    try (var arena = Arena.ofConfined()) {
      var target = arena.allocate((long) height * width * image.channels());
      new Resample(height, width).write(image, target);
      return target.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Test
  void shrinkingTakesTheMeanOverTheArea() {
    var image = new Pixels(2, 4, 1, bytes(0, 10, 100, 200, 20, 30, 100, 200));
    assertArrayEquals(bytes(15, 150), resized(image, 1, 2));
    // 4 to 3: a new pixel covers 1 1/3 old ones
    assertArrayEquals(
        bytes(3, 55, 175), resized(new Pixels(1, 4, 1, bytes(0, 10, 100, 200)), 1, 3));
  }

  @Test
  void growingInterpolatesBetweenCentres() {
    assertArrayEquals(bytes(0, 25, 75, 100), resized(new Pixels(1, 2, 1, bytes(0, 100)), 1, 4));
    assertArrayEquals(bytes(7, 7, 7, 7), resized(new Pixels(1, 1, 1, bytes(7)), 2, 2));
    assertArrayEquals(
        bytes(0, 200, 50, 150, 100, 100),
        resized(new Pixels(2, 1, 2, bytes(0, 200, 100, 100)), 3, 1));
  }

  @Test
  void oneAxisMayGrowWhileTheOtherShrinks() {
    var image = new Pixels(2, 2, 1, bytes(0, 100, 100, 200));
    assertArrayEquals(bytes(50, 75, 125, 150), resized(image, 1, 4));
  }

  @Test
  void theSameSizeIsCopied() {
    var image = new Pixels(1, 2, 3, bytes(1, 2, 3, 254, 255, 0));
    assertArrayEquals(image.values(), resized(image, 1, 2));
  }

  @Test
  void aPlainColourStaysInAnySize() {
    var random = new Random(1);
    for (int i = 0; i < 200; i++) {
      int height = 1 + random.nextInt(40);
      int width = 1 + random.nextInt(40);
      int value = random.nextInt(256);
      byte[] values = new byte[height * width];
      Arrays.fill(values, (byte) value);
      var image = new Pixels(height, width, 1, values);
      for (byte pixel : resized(image, 1 + random.nextInt(40), 1 + random.nextInt(40))) {
        assertEquals(value, pixel & 0xff, "case " + i);
      }
    }
  }
}
