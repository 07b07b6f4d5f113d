package io.gatun.engine.cpu.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ElfObjectTest {
  private static final String IR =
      """
      @constants = private constant [4 x float] [float 1.0, float 2.0, float 3.0, float 4.0]
      declare float @expf(float)
      define float @f(i64 %i) {
        %place = getelementptr float, ptr @constants, i64 %i
        %x = load float, ptr %place
        %y = call float @expf(float %x)
        %z = fadd float %y, 5.0
        ret float %z
      }
      """;

  private static byte[] object() {
    return LlvmCompiler.object(IR, HostCpu.current(), "default<O1>");
  }

  private static void load(byte[] object) throws MalformedObjectException {
    CodeImage.load(ElfObject.parse(object), _ -> MemorySegment.ofAddress(0x1234)).close();
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    byte[] object = object();
    load(object);
    for (int length = 0; length < object.length; length++) {
      byte[] part = Arrays.copyOf(object, length);
      assertThrows(MalformedObjectException.class, () -> load(part), "length " + length);
    }
  }

  @Test
  void damageIsRefusedOrHarmless() {
    byte[] object = object();
    int refused = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new SplittableRandom(seed);
      byte[] bad = object.clone();
      for (int i = random.nextInt(1, 8); i > 0; i--) {
        byte value = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(-2, 2));
        bad[random.nextInt(bad.length)] = value;
      }
      try {
        load(bad);
      } catch (MalformedObjectException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertTrue(refused > 1000, "only " + refused + " refused");
  }

  /// Encodings worked out by hand from the architecture manuals.
  @Test
  void relocationsPatchTheirInstructions() throws Exception {
    assertEquals(0x94000400, patched(283, 0x94000000, 0x1000, 0x2000)); // bl
    assertEquals(0x17ffffff, patched(282, 0x14000000, 0x1000, 0xffc)); // b
    assertEquals(0x90000020, patched(275, 0x90000000, 0x1000, 0x5123)); // adrp, 4 pages
    assertEquals(0xb0000020, patched(275, 0x90000000, 0x1000, 0x6123)); // adrp, 5 pages
    assertEquals(0x91048c00, patched(277, 0x91000000, 0x1000, 0x5123)); // add
    assertEquals(0xf9409400, patched(286, 0xf9400000, 0x1000, 0x5128)); // ldr x
    assertEquals(0x3dc04800, patched(299, 0x3dc00000, 0x1000, 0x5120)); // ldr q
    assertThrows(MalformedObjectException.class, () -> patched(299, 0x3dc00000, 0x1000, 0x5128));
    assertThrows(MalformedObjectException.class, () -> patched(283, 0x94000000, 0x1000, 1L << 30));
    assertThrows(MalformedObjectException.class, () -> patched(9999, 0, 0, 0));
  }

  private static int patched(int type, int instruction, long address, long target)
      throws MalformedObjectException {
    ByteBuffer image = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, instruction);
    RelocationKind.of(ElfObject.AARCH64, type).apply(image, 0, address, target);
    return image.getInt(0);
  }
}
