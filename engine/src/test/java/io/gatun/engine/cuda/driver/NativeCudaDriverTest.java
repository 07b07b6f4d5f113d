package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.DeviceProperties;
import io.gatun.engine.EngineException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The driver itself, its devices and contexts, and what every call does with a failure.
@Tag("stand-in")
class NativeCudaDriverTest extends StandInDriver {
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
