package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.LaunchGeometry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Code, launches, events and graphs, as the real driver is asked for them.
@Tag("stand-in")
class NativeLaunchTest extends StandInDriver {
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
}
