package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// Which allocation a fault of device memory names.
class FaultPlaceTest {
  private static GpuFault.Place place(DeviceMemory memory, long address) {
    return assertThrows(
            GpuFault.class, () -> memory.write(address, MemorySegment.ofArray(new byte[4])))
        .place();
  }

  @Test
  void namesTheClosestAllocation() {
    try (var memory = new DeviceMemory(1 << 20, false)) {
      var a = memory.allocate(100, "a");
      var b = memory.allocate(100, "b");
      assertEquals("a", place(memory, a - 4).allocation());
      assertEquals(-4, place(memory, a - 4).offset());
      assertEquals("a", place(memory, a + 98).allocation());
      assertEquals(200, place(memory, a + 200).offset());
      assertEquals("b", place(memory, b - 8).allocation());
      assertEquals(-8, place(memory, b - 8).offset());
      memory.free(b);
      assertEquals("b", place(memory, b + 8).allocation());
      assertEquals("", place(memory, 8).allocation());
    }
  }
}
