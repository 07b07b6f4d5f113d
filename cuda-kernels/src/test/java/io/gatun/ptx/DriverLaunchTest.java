package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.LaunchGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Modules, launches, their checks and the errors of kernels.
class DriverLaunchTest {
  private static final int COUNT = 512;
  private static final CudaDriver.Stream STREAM = VirtualCudaDriver.DEFAULT_STREAM;

  private VirtualCudaDriver driver;
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
    driver = open(VirtualDriverOptions.of(DeviceProfile.A100).with(ExecutionMode.CHECKED));
  }

  private static VirtualCudaDriver open(VirtualDriverOptions options) {
    var driver = new VirtualCudaDriver(options);
    driver.createContext(0);
    return driver;
  }

  @AfterEach
  void close() {
    driver.close();
    arena.close();
  }

  private static CudaException fails(int code, Executable call) {
    var failure = assertThrows(CudaException.class, call);
    assertEquals(code, failure.code(), failure.getMessage());
    return failure;
  }

  private static byte[] image(String name) {
    return KernelRig.resource(name).getBytes(StandardCharsets.UTF_8);
  }

  private CudaDriver.Function kernel(String name) {
    return driver.function(driver.load(image("driver/driver.ptx")), name);
  }

  /// Device memory of floats that are their index.
  private long upload(int count) {
    var host = arena.allocate(ValueLayout.JAVA_FLOAT, count);
    for (var i = 0; i < count; i++) {
      host.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
    }
    var address = driver.allocate(4L * count);
    driver.copyToDevice(address, host, STREAM);
    return address;
  }

  private float[] download(long address, int count) {
    var host = arena.allocate(ValueLayout.JAVA_FLOAT, count);
    driver.copyToHost(host, address, STREAM);
    driver.synchronize(STREAM);
    return host.toArray(ValueLayout.JAVA_FLOAT);
  }

  private static float[] indices(int count, float factor) {
    var values = new float[count];
    for (var i = 0; i < count; i++) {
      values[i] = i * factor;
    }
    return values;
  }

  private static List<Argument> scaleArguments(long x, float factor) {
    return List.of(new Argument.Pointer(x), new Argument.Float(factor), new Argument.Int(COUNT));
  }

  @Test
  void launchesWithArguments() {
    var x = upload(COUNT);
    driver.launch(kernel("scale"), LaunchGeometry.of(2, 256), scaleArguments(x, 3), STREAM);
    assertArrayEquals(indices(COUNT, 3), download(x, COUNT));
  }

  @Test
  void passesStructsByValue() {
    var x = upload(COUNT);
    var y = driver.allocate(4 * COUNT);
    var struct = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    struct.putLong(x).putLong(y).putInt(COUNT);
    driver.launch(
        kernel("copy_struct"),
        LaunchGeometry.of(COUNT / 128, 128),
        List.of(new Argument.Bytes(struct.array())),
        STREAM);
    assertArrayEquals(indices(COUNT, 1), download(y, COUNT));
  }

  @Test
  void kernelsUsePinnedMemory() {
    var host = driver.allocateHost(4 * COUNT);
    for (var i = 0; i < COUNT; i++) {
      host.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
    }
    driver.launch(
        kernel("scale"),
        LaunchGeometry.of(2, 256),
        scaleArguments(driver.devicePointer(host), 2),
        STREAM);
    driver.synchronize();
    assertArrayEquals(indices(COUNT, 2), host.toArray(ValueLayout.JAVA_FLOAT));
  }

  @Test
  void refusesArgumentsThatDoNotFit() {
    var scale = kernel("scale");
    var x = new Argument.Pointer(upload(COUNT));
    var geometry = LaunchGeometry.of(2, 256);
    var message =
        fails(
                CudaResult.INVALID_VALUE,
                () -> driver.launch(scale, geometry, List.of(x, new Argument.Float(1)), STREAM))
            .getMessage();
    assertTrue(message.contains("takes 3 arguments"), message);
    message =
        fails(
                CudaResult.INVALID_VALUE,
                () ->
                    driver.launch(
                        scale,
                        geometry,
                        List.of(x, new Argument.Float(1), new Argument.Long(COUNT)),
                        STREAM))
            .getMessage();
    assertTrue(message.contains("4 bytes as argument 2, 8 were given"), message);
  }

  @Test
  void refusesLaunchesBeyondTheLimits() {
    var scale = kernel("scale");
    var reverse = kernel("reverse");
    var x = upload(COUNT);
    var arguments = scaleArguments(x, 1);
    var pointers = List.<Argument>of(new Argument.Pointer(x), new Argument.Pointer(x));
    var message =
        fails(
                CudaResult.INVALID_VALUE,
                () -> driver.launch(scale, LaunchGeometry.of(1, 512), arguments, STREAM))
            .getMessage();
    assertTrue(message.contains("__launch_bounds__"), message);
    fails(
        CudaResult.INVALID_VALUE,
        () -> driver.launch(reverse, LaunchGeometry.of(1, 2048), pointers, STREAM));
    fails(
        CudaResult.INVALID_VALUE,
        () ->
            driver.launch(reverse, new LaunchGeometry(1, 1, 1, 1, 1, 128, 512), pointers, STREAM));
    fails(
        CudaResult.INVALID_VALUE,
        () ->
            driver.launch(
                reverse, new LaunchGeometry(1, 70_000, 1, 32, 1, 1, 512), pointers, STREAM));

    var large = new LaunchGeometry(1, 1, 1, 512, 1, 1, 100_000);
    message =
        fails(CudaResult.INVALID_VALUE, () -> driver.launch(reverse, large, pointers, STREAM))
            .getMessage();
    assertTrue(message.contains("allowSharedBytes"), message);
    driver.allowSharedBytes(reverse, 100_000);
    driver.launch(
        reverse, large, List.of(new Argument.Pointer(upload(COUNT)), pointers.get(0)), STREAM);
    driver.synchronize();
    fails(CudaResult.INVALID_VALUE, () -> driver.allowSharedBytes(reverse, 200_000));
  }

  @Test
  void refusesImagesItCannotRun() {
    var text = KernelRig.resource("driver/driver.ptx");
    fails(
        CudaResult.NO_BINARY_FOR_GPU,
        () -> driver.load(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}));
    var hopper = text.replace(".target sm_80", ".target sm_90");
    var message =
        fails(
                CudaResult.NO_BINARY_FOR_GPU,
                () -> driver.load(hopper.getBytes(StandardCharsets.UTF_8)))
            .getMessage();
    assertTrue(message.contains("compute_80"), message);
    var future = text.replace(".version 9.0", ".version 9.7");
    fails(
        CudaResult.UNSUPPORTED_PTX_VERSION,
        () -> driver.load(future.getBytes(StandardCharsets.UTF_8)));
    var broken = text.replace("mad.lo.s32", "mad.low.s32");
    message =
        fails(CudaResult.INVALID_PTX, () -> driver.load(broken.getBytes(StandardCharsets.UTF_8)))
            .getMessage();
    assertTrue(message.contains("PTX line"), message);
    var module = driver.load((text + "\0").getBytes(StandardCharsets.UTF_8));
    message = fails(CudaResult.NOT_FOUND, () -> driver.function(module, "scala")).getMessage();
    assertTrue(message.contains("scale"), message);
  }

  @Test
  void modulesThatWereUnloadedAreGone() {
    var module = driver.load(image("driver/driver.ptx"));
    var scale = driver.function(module, "scale");
    var x = upload(COUNT);
    driver.launch(scale, LaunchGeometry.of(2, 256), scaleArguments(x, 2), STREAM);
    driver.unload(module);
    assertArrayEquals(indices(COUNT, 2), download(x, COUNT));
    fails(CudaResult.INVALID_HANDLE, () -> driver.function(module, "scale"));
    fails(
        CudaResult.INVALID_HANDLE,
        () -> driver.launch(scale, LaunchGeometry.of(1, 1), scaleArguments(x, 1), STREAM));
  }

  @Test
  void faultsSpoilTheirContextOnly() {
    var function = driver.function(driver.load(image("bugs/memory.ptx")), "off_by_one");
    var x = driver.allocate(4 * 100);
    driver.launch(
        function,
        LaunchGeometry.of(1, 128),
        List.of(new Argument.Pointer(x), new Argument.Int(100)),
        STREAM);
    var failure = fails(CudaResult.ILLEGAL_ADDRESS, driver::synchronize);
    assertTrue(failure.isSticky());
    var fault = assertInstanceOf(GpuFault.class, failure.getCause());
    assertEquals("off_by_one", fault.place().kernel());
    assertEquals(400, fault.place().offset());
    assertTrue(failure.getMessage().contains("DriverLaunchTest.faultsSpoil"), failure.getMessage());
    var later = fails(CudaResult.ILLEGAL_ADDRESS, () -> driver.allocate(4));
    assertTrue(later.getMessage().contains("off_by_one"), later.getMessage());

    driver.createContext(0);
    var y = upload(COUNT);
    driver.launch(kernel("scale"), LaunchGeometry.of(2, 256), scaleArguments(y, 2), STREAM);
    assertArrayEquals(indices(COUNT, 2), download(y, COUNT));
  }

  @Test
  void mistakesThatHardwareDoesNotNoticeFailTheLaunch() {
    var function = driver.function(driver.load(image("bugs/shared.ptx")), "read_after_write");
    var x = upload(COUNT);
    driver.launch(
        function,
        LaunchGeometry.of(1, 128),
        List.of(new Argument.Pointer(x), new Argument.Pointer(driver.allocate(512))),
        STREAM);
    var failure = fails(CudaResult.LAUNCH_FAILED, driver::synchronize);
    assertEquals(
        GpuFault.Kind.SHARED_RACE,
        assertInstanceOf(GpuFault.class, failure.getCause()).kind(),
        failure.getMessage());
  }

  /// A launch that reads what another stream's launch writes fails with some seed when it does not
  /// wait.
  @Test
  void aMissingWaitBetweenKernelsShows() {
    var faults = 0;
    for (var seed = 0; seed < 16; seed++) {
      try (var other =
          open(
              VirtualDriverOptions.of(DeviceProfile.A100).with(ExecutionMode.CHECKED).with(seed))) {
        var module = other.load(image("counters/counters.ptx"));
        var copy = other.function(module, "copy");
        var x = other.allocate(512);
        var y = other.allocate(512);
        var z = other.allocate(512);
        var first = other.createStream();
        var second = other.createStream();
        other.fill(x, (byte) 0, 512, first);
        var geometry = LaunchGeometry.of(1, 128);
        other.launch(
            copy, geometry, List.of(new Argument.Pointer(x), new Argument.Pointer(y)), first);
        other.launch(
            copy, geometry, List.of(new Argument.Pointer(y), new Argument.Pointer(z)), second);
        try {
          other.synchronize();
        } catch (CudaException failure) {
          var fault = assertInstanceOf(GpuFault.class, failure.getCause());
          assertEquals(GpuFault.Kind.UNINITIALISED, fault.kind(), "seed " + seed);
          faults++;
        }
      }
    }
    assertTrue(faults > 0 && faults < 16, "faults " + faults);
  }

  @Test
  void graphsReplayKernelsWithOtherArguments() {
    var x = upload(COUNT);
    var y = upload(COUNT);
    var scale = kernel("scale");
    var stream = driver.createStream();
    driver.synchronize();
    driver.beginCapture(stream);
    driver.launch(scale, LaunchGeometry.of(2, 256), scaleArguments(x, 2), stream);
    var executable = driver.instantiate(driver.endCapture(stream));
    driver.launch(executable, stream);
    driver.launch(executable, stream);
    driver.beginCapture(stream);
    driver.launch(scale, LaunchGeometry.of(2, 256), scaleArguments(y, 5), stream);
    assertTrue(driver.update(executable, driver.endCapture(stream)));
    driver.launch(executable, stream);
    driver.synchronize(stream);
    assertArrayEquals(indices(COUNT, 4), download(x, COUNT));
    assertArrayEquals(indices(COUNT, 5), download(y, COUNT));
    driver.beginCapture(stream);
    driver.launch(kernel("reverse"), LaunchGeometry.of(1, 1), pair(x, y), stream);
    assertFalse(driver.update(executable, driver.endCapture(stream)));
  }

  private static List<Argument> pair(long x, long y) {
    return List.of(new Argument.Pointer(x), new Argument.Pointer(y));
  }

  @Test
  void kernelsDeclaredDeterministicRunInTwoOrders() {
    driver.close();
    driver =
        open(
            VirtualDriverOptions.of(DeviceProfile.A100)
                .with(name -> name.equals("last_block_wins")));
    var function = driver.function(driver.load(image("bugs/order.ptx")), "last_block_wins");
    driver.launch(
        function,
        LaunchGeometry.of(16, 32),
        List.of(new Argument.Pointer(driver.allocate(4))),
        STREAM);
    var failure = fails(CudaResult.LAUNCH_FAILED, driver::synchronize);
    assertEquals(
        GpuFault.Kind.BLOCK_ORDER, assertInstanceOf(GpuFault.class, failure.getCause()).kind());
  }

  @Test
  void saysWhatAKernelNeeds() {
    var scale = kernel("scale");
    var attributes = driver.attributes(scale);
    assertEquals(256, attributes.maxThreadsPerBlock());
    assertEquals(0, attributes.staticSharedBytes());
    assertEquals(0, attributes.localBytes());
    assertEquals(PtxasReport.assembler().isEmpty(), driver.registers(scale).estimated());
    assertTrue(attributes.registers() >= 8 && attributes.registers() <= 40, "" + attributes);
    assertEquals(8, driver.blocksPerMultiprocessor(scale, 256, 0));
    assertEquals(1, driver.blocksPerMultiprocessor(scale, 256, 100_000));
  }

  @Test
  void reportsWhatRan() {
    driver.close();
    driver = open(VirtualDriverOptions.of(DeviceProfile.A100).with(ExecutionMode.COUNTING));
    var x = upload(COUNT);
    var scale = kernel("scale");
    driver.launch(scale, LaunchGeometry.of(2, 256), scaleArguments(x, 2), STREAM);
    driver.launch(scale, LaunchGeometry.of(2, 256), scaleArguments(x, 2), STREAM);
    driver.synchronize();
    var report = driver.report();
    assertEquals(1, report.rows().size());
    var row = report.rows().getFirst();
    assertEquals(2, row.launches());
    assertEquals(2 * COUNT, row.flops());
    assertEquals(2 * 8 * COUNT, row.bytes());
    assertEquals(4, row.sectorsPerRequest());
    assertEquals(1, row.sectorEfficiency());
    assertEquals(1, row.occupancy().fraction());
    assertTrue(report.toString().contains("a model, not measured"), report.toString());
  }

  /// Heap memory is refused, as the foreign function interface would.
  @Test
  void copiesNeedNativeMemory() {
    var x = driver.allocate(16);
    fails(
        CudaResult.INVALID_VALUE,
        () -> driver.copyToHost(MemorySegment.ofArray(new byte[16]), x, STREAM));
  }
}
