package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.DeviceProperties;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("stand-in")
class NativeCudaDriverTest {
  /// Kernels and the sizes of their parameters, in the stand-in's form.
  private static final byte[] IMAGE =
      ".entry scale(8 4 8 4) .entry packed(24) .entry nothing()".getBytes(StandardCharsets.UTF_8);

  private StandIn library;
  private NativeCudaDriver driver;
  private Stream stream;

  @BeforeEach
  void open() {
    library = StandIn.driver();
    library.reset();
    driver = NativeCudaDriver.open();
    driver.createContext(0);
    stream = driver.createStream();
    library.clear();
  }

  @AfterEach
  void close() {
    if (driver != null) driver.close();
  }

  @Test
  void propertiesHaveTheAttributeOfTheirName() {
    var expected =
        new DeviceProperties(
            "Stand-in 1",
            new Architecture(8, 6),
            1016,
            80L << 30,
            1001,
            1039,
            1106,
            1082,
            1081,
            1008,
            1097,
            1038,
            1036,
            1037,
            1013,
            true,
            true);
    assertEquals(expected, driver.properties(1));
    assertEquals(new Architecture(9, 0), driver.properties(0).architecture());
    assertEquals(2, driver.deviceCount());
    assertEquals(13000, driver.version());
  }

  @Test
  void aContextRetainsThePrimaryOneAndKeepsThePool() {
    var second = driver.createContext(1);
    assertEquals(
        List.of(
            "cuDeviceGet ordinal=1",
            "cuDevicePrimaryCtxRetain device=41",
            "cuDeviceGetAttribute attribute=115 device=41",
            "cuDeviceGetDefaultMemPool device=41",
            "cuMemPoolSetAttribute attribute=4 value=ffffffffffffffff",
            "cuCtxSetCurrent device=41"),
        library.calls().stream().map(String::strip).toList());
    driver.destroy(second);
    assertEquals(List.of("device=41"), library.calls("cuDevicePrimaryCtxRelease_v2"));
    var e = assertThrows(CudaException.class, () -> driver.destroy(second));
    assertEquals(CudaResult.INVALID_CONTEXT, e.code());
    driver.close();
    assertEquals(List.of("device=41", "device=40"), library.calls("cuDevicePrimaryCtxRelease_v2"));
  }

  @Test
  void anUnknownOrdinalIsNamed() {
    var e = assertThrows(CudaException.class, () -> driver.createContext(2));
    assertEquals("cuDeviceGet", e.call());
    assertTrue(e.getMessage().contains("GPU 2 of 2"), e.getMessage());
  }

  @Test
  void contextsAreRefusedToVirtualThreads() throws InterruptedException {
    var context = driver.createContext(0);
    var refused = new Throwable[1];
    Thread.ofVirtual()
        .start(
            () ->
                refused[0] =
                    assertThrows(IllegalStateException.class, () -> driver.makeCurrent(context)))
        .join();
    assertTrue(refused[0].getMessage().contains("platform thread"), refused[0].getMessage());
  }

  @Test
  void aThreadWithoutAContextIsToldSo() throws InterruptedException {
    var failure = new CudaException[1];
    var thread =
        Thread.ofPlatform()
            .start(
                () -> failure[0] = assertThrows(CudaException.class, () -> driver.synchronize()));
    thread.join();
    assertEquals(CudaResult.INVALID_CONTEXT, failure[0].code());
    assertTrue(failure[0].getMessage().contains("current on this thread"));
  }

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

  @Test
  void eachArgumentOfAKernelHasItsBytes() {
    var module = driver.load(IMAGE);
    var scale = driver.function(module, "scale");
    driver.launch(
        scale,
        new LaunchGeometry(1, 2, 3, 4, 5, 6, 7),
        List.of(
            new Argument.Pointer(0x1122334455667788L),
            new Argument.Int(0x01020304),
            new Argument.Long(-2),
            new Argument.Float(1)),
        stream);
    assertEquals(
        List.of("grid=1,2,3 block=4,5,6 shared=7 extra=0"), library.calls("cuLaunchKernel"));
    assertEquals(
        List.of("scale [8:8877665544332211] [4:04030201] [8:feffffffffffffff] [4:0000803f]"),
        library.calls("run"));
    library.clear();
    var packed = new byte[24];
    for (int i = 0; i < packed.length; i++) packed[i] = (byte) i;
    driver.launch(
        driver.function(module, "packed"),
        LaunchGeometry.of(1, 32),
        List.of(new Argument.Bytes(packed)),
        stream);
    driver.launch(driver.function(module, "nothing"), LaunchGeometry.of(1, 32), List.of(), stream);
    assertEquals(
        List.of("packed [24:000102030405060708090a0b0c0d0e0f1011121314151617]", "nothing"),
        library.calls("run"));
  }

  @Test
  void functionsAreAskedAndSet() {
    var function = driver.function(driver.load(IMAGE), "scale");
    var attributes = driver.attributes(function);
    assertEquals(104, attributes.registers());
    assertEquals(101, attributes.staticSharedBytes());
    assertEquals(103, attributes.localBytes());
    assertEquals(100, attributes.maxThreadsPerBlock());
    driver.allowSharedBytes(function, 99_000);
    assertEquals(List.of("attribute=8 value=99000"), library.calls("cuFuncSetAttribute"));
    assertEquals(16, driver.blocksPerMultiprocessor(function, 128, 512));
  }

  @Test
  void codeThatDoesNotLoadBringsTheCompilersLog() {
    var text = "syntax error".getBytes(StandardCharsets.UTF_8);
    var e = assertThrows(CudaException.class, () -> driver.load(text));
    assertEquals(CudaResult.INVALID_PTX, e.code());
    assertTrue(e.getMessage().contains("PTX text of 12 bytes"), e.getMessage());
    assertTrue(e.getMessage().contains("ptxas line 3: syntax error"), e.getMessage());
    var module = driver.load(IMAGE);
    var missing = assertThrows(CudaException.class, () -> driver.function(module, "gone"));
    assertTrue(missing.getMessage().contains("\"gone\""), missing.getMessage());
    driver.unload(module);
    var unloaded = assertThrows(CudaException.class, () -> driver.function(module, "scale"));
    assertEquals(CudaResult.INVALID_HANDLE, unloaded.code());
  }

  @Test
  void eventsTellTheTime() {
    var start = driver.createEvent();
    var end = driver.createEvent();
    driver.record(start, stream);
    long memory = driver.allocate(64);
    driver.fill(memory, (byte) 0, 64, stream);
    driver.fill(memory, (byte) 1, 64, stream);
    driver.record(end, stream);
    driver.waitFor(stream, end);
    driver.synchronize(end);
    assertEquals(2f, driver.milliseconds(start, end));
    library.fail("cuEventQuery", 1, CudaResult.NOT_READY);
    assertFalse(driver.isDone(end));
    assertTrue(driver.isDone(end));
    driver.destroy(start);
    assertThrows(CudaException.class, () -> driver.milliseconds(start, end));
    driver.destroy(end);
  }

  @Test
  void capturedWorkIsDoneByTheGraphAndUpdated() {
    var scale = driver.function(driver.load(IMAGE), "scale");
    var executable = driver.instantiate(captured(scale, 1, 1));
    assertEquals(List.of(), library.calls("run"));
    assertEquals(List.of("mode=1"), library.calls("cuStreamBeginCapture_v2"));
    driver.launch(executable, stream);
    assertEquals(
        List.of("scale [8:0100000000000000] [4:02000000] [8:0300000000000000] [4:00000000]"),
        library.calls("run"));
    library.clear();
    var other = captured(scale, 9, 1);
    assertTrue(driver.update(executable, other));
    driver.launch(executable, stream);
    assertTrue(library.calls("run").getFirst().startsWith("scale [8:09"));
    assertFalse(driver.update(executable, captured(scale, 1, 2)));
    driver.destroy(executable);
    driver.destroy(other);
    var e = assertThrows(CudaException.class, () -> driver.launch(executable, stream));
    assertEquals(CudaResult.INVALID_HANDLE, e.code());
  }

  private io.gatun.cuda.CudaDriver.Graph captured(
      io.gatun.cuda.CudaDriver.Function function, long pointer, int times) {
    driver.beginCapture(stream);
    for (int i = 0; i < times; i++) {
      driver.launch(
          function,
          LaunchGeometry.of(1, 32),
          List.of(
              new Argument.Pointer(pointer),
              new Argument.Int(2),
              new Argument.Long(3),
              new Argument.Float(0)),
          stream);
    }
    return driver.endCapture(stream);
  }

  @Test
  void aFailedLaunchNamesKernelGeometryAndArguments() {
    var scale = driver.function(driver.load(IMAGE), "scale");
    library.fail("cuLaunchKernel", 1, CudaResult.ILLEGAL_ADDRESS);
    var arguments =
        List.<Argument>of(
            new Argument.Pointer(0xabc),
            new Argument.Int(2),
            new Argument.Long(3),
            new Argument.Float(4));
    var e =
        assertThrows(
            CudaException.class,
            () -> driver.launch(scale, LaunchGeometry.of(7, 64), arguments, stream));
    assertTrue(e.isSticky());
    assertTrue(e.getMessage().contains("scale with LaunchGeometry[gridX=7"), e.getMessage());
    assertTrue(e.getMessage().contains("pointer 0xabc, int 2, long 3, float 4.0"));
    assertTrue(e.getMessage().contains("GATUN_DEVICE=virtual"), e.getMessage());
    var later = assertThrows(CudaException.class, () -> driver.synchronize());
    assertEquals(CudaResult.ILLEGAL_ADDRESS, later.code());
    driver.close();
    driver.createContext(0);
    driver.synchronize();
  }

  @Test
  void everyCallPassesItsFailureOn() {
    var module = driver.load(IMAGE);
    var function = driver.function(module, "scale");
    long memory = driver.allocate(64);
    var event = driver.createEvent();
    var host = driver.allocateHost(64);
    var graph = captured(function, 1, 1);
    var executable = driver.instantiate(graph);
    refused("cuDriverGetVersion", () -> driver.version());
    refused("cuDeviceGetCount", () -> driver.deviceCount());
    refused("cuDeviceGetName", () -> driver.properties(0));
    refused("cuDevicePrimaryCtxRetain", () -> driver.createContext(0));
    refused("cuCtxSynchronize", () -> driver.synchronize());
    refused("cuMemGetInfo_v2", () -> driver.memoryInfo());
    refused("cuMemFree_v2", () -> driver.free(memory));
    refused("cuMemAllocAsync", () -> driver.allocateAsync(1, stream));
    refused("cuMemFreeAsync", () -> driver.freeAsync(memory, stream));
    refused("cuMemHostAlloc", () -> driver.allocateHost(1));
    refused("cuMemFreeHost", () -> driver.freeHost(host));
    refused("cuMemcpyHtoDAsync_v2", () -> driver.copyToDevice(memory, host, stream));
    refused("cuMemcpyDtoHAsync_v2", () -> driver.copyToHost(host, memory, stream));
    refused("cuMemcpyDtoDAsync_v2", () -> driver.copyOnDevice(memory, memory, 1, stream));
    refused("cuMemsetD8Async", () -> driver.fill(memory, (byte) 0, 1, stream));
    refused("cuStreamCreate", () -> driver.createStream());
    refused("cuStreamSynchronize", () -> driver.synchronize(stream));
    refused("cuStreamWaitEvent", () -> driver.waitFor(stream, event));
    refused("cuEventCreate", () -> driver.createEvent());
    refused("cuEventRecord", () -> driver.record(event, stream));
    refused("cuEventSynchronize", () -> driver.synchronize(event));
    refused("cuEventQuery", () -> driver.isDone(event));
    refused("cuEventElapsedTime_v2", () -> driver.milliseconds(event, event));
    refused("cuFuncGetAttribute", () -> driver.attributes(function));
    refused("cuFuncSetAttribute", () -> driver.allowSharedBytes(function, 1));
    refused("cuStreamBeginCapture_v2", () -> driver.beginCapture(stream));
    refused("cuStreamEndCapture", () -> driver.endCapture(stream));
    refused("cuGraphInstantiateWithFlags", () -> driver.instantiate(graph));
    refused("cuGraphExecUpdate_v2", () -> driver.update(executable, graph));
    refused("cuGraphLaunch", () -> driver.launch(executable, stream));
    refused("cuGraphExecDestroy", () -> driver.destroy(executable));
    refused("cuGraphDestroy", () -> driver.destroy(graph));
    refused("cuEventDestroy_v2", () -> driver.destroy(event));
    refused("cuModuleUnload", () -> driver.unload(module));
    refused("cuStreamDestroy_v2", () -> driver.destroy(stream));
  }

  private void refused(String function, Runnable call) {
    library.fail(function, 1, 801);
    var e = assertThrows(CudaException.class, call::run, function);
    assertEquals(801, e.code(), function);
    assertEquals(function.replaceAll("_v\\d", ""), e.call());
    assertTrue(e.getMessage().contains("CUDA_ERROR_STANDIN (801: a failure"), e.getMessage());
  }

  @Test
  void oldAndBrokenDriversAreRefused() {
    driver.close();
    library.set("standin_set_version", 12040);
    var old = assertThrows(EngineException.class, () -> NativeCudaDriver.open());
    assertTrue(old.getMessage().contains("supports CUDA 12.4, Gatun needs 12.8"), old.getMessage());
    library.reset();
    library.fail("cuInit", 1, CudaResult.NO_DEVICE);
    var none = assertThrows(CudaException.class, () -> NativeCudaDriver.open());
    assertTrue(none.getMessage().contains("nvidia-smi"), none.getMessage());
    assertNotEquals(0, none.code());
  }
}
