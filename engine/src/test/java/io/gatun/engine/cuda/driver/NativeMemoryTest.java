package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Memory of the device and of the host, as the real driver is asked for it.
@Tag("stand-in")
class NativeMemoryTest extends StandInDriver {
  @Test
  void copiesAndFillsMoveBytes() {
    try (var arena = Arena.ofConfined()) {
      var source = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3, 4);
      var target = arena.allocate(16);
      long first = driver.allocate(16);
      long second = driver.allocateAsync(16, stream);
      driver.copyToDevice(first, source, stream);
      driver.fill(first + 4, (byte) -1, 4, stream);
      driver.copyOnDevice(second, first, 16, stream);
      driver.copyToHost(target, second, stream);
      driver.synchronize(stream);
      assertArrayEquals(new int[] {1, -1, 3, 4}, target.toArray(ValueLayout.JAVA_INT));
      assertEquals(List.of("value=255 bytes=4"), library.calls("cuMemsetD8Async"));
      driver.free(first);
      driver.freeAsync(second, stream);
      assertThrows(CudaException.class, () -> driver.free(first));
    }
  }

  @Test
  void theHeapIsRefused() {
    long address = driver.allocate(16);
    var heap = MemorySegment.ofArray(new int[4]);
    var e = assertThrows(CudaException.class, () -> driver.copyToDevice(address, heap, stream));
    assertTrue(e.getMessage().contains("Java heap"), e.getMessage());
    assertThrows(CudaException.class, () -> driver.copyToHost(heap, address, stream));
    assertThrows(CudaException.class, () -> driver.registerHost(heap));
    assertEquals(List.of(), library.calls("cuMemcpyHtoDAsync_v2"));
  }

  @Test
  void pinnedMemoryIsPortableAndMapped() {
    var segment = driver.allocateHost(100);
    assertEquals(100, segment.byteSize());
    segment.set(ValueLayout.JAVA_BYTE, 99, (byte) 7);
    assertEquals(List.of("bytes=100 flags=3"), library.calls("cuMemHostAlloc"));
    assertEquals(segment.address() + 8, driver.devicePointer(segment.asSlice(8)));
    driver.freeHost(segment);
    assertThrows(CudaException.class, () -> driver.devicePointer(segment));
  }

  @Test
  void aCallersMemoryIsPinnedByPages() {
    try (var arena = Arena.ofConfined()) {
      var segment = arena.allocate(5000, PinnedMemory.pageBytes());
      driver.registerHost(segment);
      assertEquals(List.of("bytes=5000 flags=3"), library.calls("cuMemHostRegister_v2"));
      assertEquals(segment.address(), driver.devicePointer(segment));
      var twice = assertThrows(CudaException.class, () -> driver.registerHost(segment));
      assertEquals(CudaResult.HOST_MEMORY_ALREADY_REGISTERED, twice.code());
      assertFalse(twice.isSticky());
      driver.unregisterHost(segment);
      var never = assertThrows(CudaException.class, () -> driver.unregisterHost(segment));
      assertEquals(CudaResult.HOST_MEMORY_NOT_REGISTERED, never.code());
      library.clear();
      var shifted = segment.asSlice(16);
      var e = assertThrows(CudaException.class, () -> driver.registerHost(shifted));
      assertTrue(e.getMessage().contains("Arena.allocate(bytes, "), e.getMessage());
      assertEquals(List.of(), library.calls("cuMemHostRegister_v2"));
    }
  }

  @Test
  void outOfMemorySaysWhatWasAskedAndWhatIsFree() {
    var e = assertThrows(CudaException.class, () -> driver.allocate(2L << 30));
    assertEquals(CudaResult.OUT_OF_MEMORY, e.code());
    assertEquals("cuMemAlloc", e.call());
    assertTrue(e.getMessage().contains("2,147,483,648 bytes (1,073,741,824 of 85,899,345,920 are"));
    assertTrue(e.getMessage().contains("CUDA_ERROR_OUT_OF_MEMORY (2: out of memory)"));
    assertTrue(e.getMessage().contains("smaller batch"), e.getMessage());
  }
}
