package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.DeviceProperties;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Contexts, memory and handles of the virtual driver.
class DriverMemoryTest {
  private static VirtualCudaDriver driver() {
    return new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.H100));
  }

  private static CudaException fails(int code, Executable call) {
    var failure = assertThrows(CudaException.class, call);
    assertEquals(code, failure.code(), failure.getMessage());
    return failure;
  }

  @Test
  void callsNeedAContext() {
    try (var driver = driver()) {
      assertEquals(13000, driver.version());
      assertEquals(1, driver.deviceCount());
      assertEquals("sm_90", driver.properties(0).architecture().toString());
      fails(CudaResult.INVALID_DEVICE, () -> driver.properties(1));
      fails(CudaResult.INVALID_CONTEXT, driver::createStream);
      var context = driver.createContext(0);
      driver.createStream();
      driver.destroy(context);
      fails(CudaResult.INVALID_CONTEXT, driver::createStream);
      fails(CudaResult.INVALID_HANDLE, () -> driver.makeCurrent(context));
    }
  }

  @Test
  void contextsAreCurrentPerThread() throws InterruptedException {
    try (var driver = driver()) {
      driver.createContext(0);
      var seen = new CudaException[1];
      var thread =
          Thread.ofPlatform()
              .start(() -> seen[0] = fails(CudaResult.INVALID_CONTEXT, driver::createEvent));
      thread.join();
      assertTrue(seen[0].getMessage().contains("makeCurrent"), seen[0].getMessage());
    }
  }

  @Test
  void outOfMemorySaysWhatIsFree() {
    try (var driver = driver()) {
      driver.createContext(0);
      var total = DeviceProfile.H100.properties().totalMemory();
      var failure = fails(CudaResult.OUT_OF_MEMORY, () -> driver.allocate(total + 1));
      assertTrue(failure.getMessage().contains(total + " of " + total), failure.getMessage());
      assertEquals(new CudaDriver.MemoryInfo(total, total), driver.memoryInfo());
      var buffer = driver.allocate(1000);
      assertEquals(total - 1000, driver.memoryInfo().free());
      driver.free(buffer);
      assertEquals(total, driver.memoryInfo().free());
    }
  }

  /// A GPU with a thousand bytes.
  private static DeviceProfile tiny() {
    var a = DeviceProfile.A100;
    var p = a.properties();
    var properties =
        new DeviceProperties(
            "tiny",
            p.architecture(),
            p.multiprocessors(),
            1000,
            p.maxThreadsPerBlock(),
            p.maxThreadsPerMultiprocessor(),
            p.maxBlocksPerMultiprocessor(),
            p.registersPerMultiprocessor(),
            p.sharedPerMultiprocessor(),
            p.sharedPerBlock(),
            p.sharedPerBlockOptIn(),
            p.l2Bytes(),
            p.memoryClock(),
            p.memoryBusBits(),
            p.coreClock(),
            true,
            true);
    return new DeviceProfile(
        "tiny",
        properties,
        a.floatLanes(),
        a.doubleLanes(),
        a.specialLanes(),
        a.halfTensorFlops(),
        a.tf32TensorFlops());
  }

  @Test
  void memoryOfThePoolIsReusedInOrder() {
    try (var driver = new VirtualCudaDriver(VirtualDriverOptions.of(tiny()))) {
      driver.createContext(0);
      var stream = driver.createStream();
      var most = 900;
      var first = driver.allocateAsync(most, stream);
      driver.freeAsync(first, stream);
      var second = driver.allocateAsync(most, stream);
      driver.freeAsync(second, stream);
      driver.synchronize(stream);
      fails(CudaResult.INVALID_VALUE, () -> driver.freeAsync(second, stream));
    }
  }

  @Test
  void leaksNameTheirSite() {
    var driver = driver();
    driver.createContext(0);
    driver.free(driver.allocate(16));
    var lost = driver.allocate(24);
    driver.close();
    assertEquals(1, driver.leaks().size());
    var leak = driver.leaks().getFirst();
    assertEquals(List.of(lost, 24L), List.of(leak.address(), leak.bytes()));
    assertTrue(leak.site().startsWith("DriverMemoryTest.leaksNameTheirSite:"), leak.site());
  }

  @Test
  void rangesMustBeOfOneAllocation() {
    try (var driver = driver();
        var arena = Arena.ofConfined()) {
      driver.createContext(0);
      var stream = driver.createStream();
      var buffer = driver.allocate(16);
      var host = arena.allocate(24);
      fails(CudaResult.INVALID_VALUE, () -> driver.copyToDevice(buffer, host, stream));
      fails(CudaResult.INVALID_VALUE, () -> driver.copyToHost(host, buffer, stream));
      fails(CudaResult.INVALID_VALUE, () -> driver.fill(buffer + 8, (byte) 0, 16, stream));
      fails(CudaResult.INVALID_VALUE, () -> driver.copyOnDevice(buffer, 0, 4, stream));
      var heap = MemorySegment.ofArray(new byte[16]);
      fails(CudaResult.INVALID_VALUE, () -> driver.copyToDevice(buffer, heap, stream));
      driver.free(buffer);
      fails(CudaResult.INVALID_VALUE, () -> driver.free(buffer));
      fails(CudaResult.INVALID_VALUE, () -> driver.fill(buffer, (byte) 0, 16, stream));
    }
  }

  @Test
  void pinnedMemoryIsTheDevicesToo() {
    try (var driver = driver();
        var arena = Arena.ofConfined()) {
      driver.createContext(0);
      var stream = driver.createStream();
      var host = arena.allocate(64, 64);
      driver.registerHost(host);
      fails(CudaResult.HOST_MEMORY_ALREADY_REGISTERED, () -> driver.registerHost(host));
      driver.fill(driver.devicePointer(host.asSlice(8)), (byte) 7, 8, stream);
      driver.synchronize();
      assertEquals(7, host.get(ValueLayout.JAVA_BYTE, 15));
      assertEquals(0, host.get(ValueLayout.JAVA_BYTE, 16));
      driver.unregisterHost(host);
      fails(CudaResult.HOST_MEMORY_NOT_REGISTERED, () -> driver.devicePointer(host));
      fails(CudaResult.HOST_MEMORY_NOT_REGISTERED, () -> driver.unregisterHost(host));
      var own = driver.allocateHost(8);
      fails(CudaResult.HOST_MEMORY_NOT_REGISTERED, () -> driver.unregisterHost(own));
      driver.freeHost(own);
      assertEquals(false, own.scope().isAlive());
    }
  }

  @Test
  void handlesAreOfTheirDriverAndContext() {
    try (var driver = driver();
        var other = driver()) {
      var first = driver.createContext(0);
      var stream = driver.createStream();
      var event = driver.createEvent();
      other.createContext(0);
      fails(CudaResult.INVALID_HANDLE, () -> other.synchronize(stream));
      var foreign = driver.allocate(16);
      driver.createContext(0);
      driver.allocate(16);
      fails(CudaResult.INVALID_VALUE, () -> driver.free(foreign));
      var failure = fails(CudaResult.INVALID_HANDLE, () -> driver.synchronize(stream));
      assertTrue(failure.getMessage().contains("another context"), failure.getMessage());
      driver.makeCurrent(first);
      driver.synchronize(stream);
      driver.destroy(event);
      failure = fails(CudaResult.INVALID_HANDLE, () -> driver.record(event, stream));
      assertTrue(failure.getMessage().contains("cuEventDestroy"), failure.getMessage());
      driver.destroy(stream);
      fails(CudaResult.INVALID_HANDLE, () -> driver.destroy(stream));
    }
  }
}
