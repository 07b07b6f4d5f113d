package io.gatun.bench.gpu;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.DeviceProperties;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.engine.cuda.ReadyImage;
import io.gatun.engine.cuda.RuntimeCompiler;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.kernels.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A GPU behind a driver, the hardware or the virtual one, for launches of single kernels on the
/// thread that made it.
final class Side implements AutoCloseable {
  private final CudaDriver driver;
  private final CudaDriver.Context context;
  private final CudaDriver.Stream stream;
  private final Map<String, CudaDriver.Module> modules = new HashMap<>();

  /// The first GPU of a driver, which is closed with this.
  Side(CudaDriver driver) {
    this.driver = driver;
    this.context = driver.createContext(0);
    this.stream = driver.createStream();
  }

  DeviceProperties properties() {
    return driver.properties(0);
  }

  Architecture architecture() {
    return properties().architecture();
  }

  CudaDriver.Function function(Kernel kernel) {
    driver.makeCurrent(context);
    var module = modules.computeIfAbsent(kernel.file(), this::compiled);
    return driver.function(module, kernel.name());
  }

  private CudaDriver.Module compiled(String file) {
    return driver.load(ReadyImage.of(file, architecture(), Code.PTX, RuntimeCompiler::required));
  }

  CudaDriver.Function function(byte[] image, String name) {
    driver.makeCurrent(context);
    return driver.function(modules.computeIfAbsent(name, _ -> driver.load(image)), name);
  }

  long allocate(long bytes) {
    driver.makeCurrent(context);
    return driver.allocate(Math.max(1, bytes));
  }

  void free(long address) {
    driver.makeCurrent(context);
    driver.free(address);
  }

  void write(long address, byte[] bytes) {
    driver.makeCurrent(context);
    try (var arena = Arena.ofConfined()) {
      var segment = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
      driver.copyToDevice(address, segment.asSlice(0, bytes.length), stream);
      driver.synchronize(stream);
    }
  }

  /// Writes `bytes` again and again until `count` bytes are written.
  void fill(long address, byte[] bytes, long count) {
    write(address, bytes);
    for (long done = bytes.length; done < count; done *= 2) {
      copy(address + done, address, Math.min(done, count - done));
    }
    synchronize();
  }

  byte[] read(long address, long bytes) {
    driver.makeCurrent(context);
    try (var arena = Arena.ofConfined()) {
      var segment = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
      driver.copyToHost(segment, address, stream);
      driver.synchronize(stream);
      return segment.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  void copy(long target, long source, long bytes) {
    driver.copyOnDevice(target, source, bytes, stream);
  }

  void launch(CudaDriver.Function function, LaunchGeometry geometry, List<Argument> arguments) {
    driver.launch(function, geometry, arguments, stream);
  }

  void synchronize() {
    driver.makeCurrent(context);
    driver.synchronize(stream);
  }

  /// Seconds of one of `runs` runs in a row, by the GPU's clock.
  double seconds(int runs, Runnable run) {
    driver.makeCurrent(context);
    run.run();
    driver.synchronize(stream);
    var start = driver.createEvent();
    var end = driver.createEvent();
    driver.record(start, stream);
    for (int i = 0; i < runs; i++) run.run();
    driver.record(end, stream);
    driver.synchronize(end);
    double seconds = 1e-3 * driver.milliseconds(start, end) / runs;
    driver.destroy(start);
    driver.destroy(end);
    return seconds;
  }

  @Override
  public void close() {
    driver.makeCurrent(context);
    modules.values().forEach(driver::unload);
    driver.destroy(stream);
    driver.destroy(context);
    driver.close();
  }
}
