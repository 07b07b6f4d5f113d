package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.DeviceProperties;
import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.Placement;
import io.gatun.engine.ReadyKernels;
import io.gatun.engine.Tensor;
import io.gatun.engine.cuda.driver.CudaLibraries;
import io.gatun.engine.cuda.lowering.DeviceShape;
import io.gatun.engine.cuda.lowering.SourceText;
import io.gatun.engine.cuda.tune.Autotuner;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

/// A GPU behind a [CudaDriver]: the hardware or the virtual one. Every kernel is generated for the
/// plan and compiled at run time; a plan is one CUDA graph.
///
/// An error that spoils the GPU's context spoils this object: every later call says so, and what
/// spoiled it. A new device begins anew.
public final class CudaDevice implements Device {
  private final String name;
  private final CudaDriver driver;
  private final CudaThread thread;
  private final CudaDriver.Context context;
  private final CudaDriver.Stream stream;
  private final DeviceProperties properties;
  private final KernelLibrary library;
  private final CudaLibraries libraries;
  private final LibraryChoice choice;
  private final SharedConstants constants = new SharedConstants();
  private final boolean tf32;
  private volatile Optional<CudaException> spoiled = Optional.empty();
  private volatile boolean closed;

  /// The GPU of this ordinal.
  ///
  /// @param name as the user named it
  /// @param driver is closed with the device
  /// @throws EngineException when there is no such GPU
  public CudaDevice(String name, CudaDriver driver, int ordinal, CudaTools tools) {
    this.name = name;
    this.driver = driver;
    tf32 = tools.tf32();
    int count = driver.deviceCount();
    if (ordinal >= count) {
      driver.close();
      throw new EngineException(
          "no device \"%s\": this machine has %d GPUs, numbered from 0".formatted(name, count));
    }
    thread = new CudaThread(name);
    properties = driver.properties(ordinal);
    context = thread.call(() -> driver.createContext(ordinal));
    stream = thread.call(driver::createStream);
    library = new KernelLibrary(driver, tools.compiler(), properties.architecture(), tools.code());
    libraries = thread.call(() -> open(tools));
    var tuner = new Autotuner(driver, properties.name(), tools.choices());
    choice = new LibraryChoice(this, libraries, tuner);
  }

  /// The libraries; nothing is left behind where one does not work.
  private CudaLibraries open(CudaTools tools) {
    try {
      return tools.libraries().get();
    } catch (CudaException | EngineException e) {
      driver.destroy(stream);
      driver.destroy(context);
      driver.close();
      thread.close();
      throw new EngineException("device " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Target target() {
    return Target.cuda(properties.architecture().hardware());
  }

  /// What the GPU offers.
  public DeviceProperties properties() {
    return properties;
  }

  /// The driver, for measurements.
  public CudaDriver driver() {
    return driver;
  }

  @Override
  public Executable load(Plan plan) {
    return load("unnamed", plan);
  }

  @Override
  public Executable load(String program, Plan plan) {
    return load(program, plan, tf32);
  }

  /// As [#load(String, Plan)], with a word on the factors of f32 products and convolutions, which
  /// `GATUN_TF32` gives otherwise.
  ///
  /// @param rounds whether they may be rounded to tf32: a relative error of 2^-11 each
  public Executable load(String program, Plan plan, boolean rounds) {
    if (!plan.target().equals(target())) {
      throw new EngineException(
          "load: the plan is for target \"%s\", not \"%s\"; compile it with device.target()"
              .formatted(plan.target().name(), target().name()));
    }
    var code = new PlanCode(plan, shape().withTf32(rounds));
    return call("load", () -> new CudaLoader(this, code).load(program));
  }

  /// Compiles the kernels of many plans together, which takes fewer runs of the compiler than
  /// loading one after the other.
  public void prepare(Collection<Plan> plans) {
    var shape = shape();
    var units = plans.stream().flatMap(p -> new PlanCode(p, shape).units().stream()).toList();
    call(
        "prepare",
        () -> {
          library.require(units);
          return true;
        });
  }

  @Override
  public String source(Plan plan) {
    return source(plan, tf32);
  }

  String source(Plan plan, boolean rounds) {
    return SourceText.module(new PlanCode(plan, shape().withTf32(rounds)).units());
  }

  @Override
  public Device withTf32() {
    return new RoundingDevice(this);
  }

  @Override
  public ReadyKernels kernels() {
    return new ReadyLaunches(this);
  }

  KernelLibrary library() {
    return library;
  }

  /// What launches are fitted to.
  DeviceShape shape() {
    return DeviceShape.of(properties).withTf32(tf32);
  }

  /// What its plans have uploaded.
  SharedConstants constants() {
    return constants;
  }

  LibraryChoice choice() {
    return choice;
  }

  CudaDriver.Stream stream() {
    return stream;
  }

  /// Makes calls of the driver with the device's context, and explains their failure.
  ///
  /// @param what is being done, for messages
  <T> T call(String what, Supplier<T> calls) {
    checkUsable(what);
    return thread.call(
        () -> {
          checkUsable(what);
          try {
            driver.makeCurrent(context);
            return calls.get();
          } catch (CudaException e) {
            throw failure(what, e);
          }
        });
  }

  private void checkUsable(String what) {
    if (closed) throw new EngineException(what + ": device " + name + " is closed");
    if (spoiled.isPresent()) {
      throw new EngineException(
          "%s: device %s cannot be used any more since an error: %s; open it anew"
              .formatted(what, name, spoiled.get().getMessage()),
          spoiled.get());
    }
  }

  private EngineException failure(String what, CudaException e) {
    if (e.isSticky()) spoiled = Optional.of(e);
    String cure = e.isSticky() ? "; the device object is lost, open it anew" : "";
    return new EngineException("%s on %s: %s%s".formatted(what, name, e.getMessage(), cure), e);
  }

  @Override
  public Tensor allocate(String name, TensorType type, Placement placement) {
    return switch (placement) {
      case HOST -> Tensor.allocate(name, type);
      case PINNED -> call("allocate", () -> PinnedBlock.allocate(this, name, type));
      case DEVICE -> call("allocate", () -> DeviceBlock.allocate(this, name, type));
    };
  }

  @Override
  public Tensor map(String name, TensorType type, MemorySegment data) {
    Tensor.check(name, type, data);
    return call("map", () -> PinnedBlock.map(this, name, type, data));
  }

  /// Device memory.
  ///
  /// @param purpose what needs it, and what the plan needs in all
  long reserve(long bytes, Supplier<String> purpose) {
    try {
      return driver.allocate(Math.max(256, bytes));
    } catch (CudaException e) {
      if (e.code() != CudaResult.OUT_OF_MEMORY) throw e;
      var info = driver.memoryInfo();
      throw new EngineException(
          "out of memory on %s: asked for %,d bytes, %,d of %,d are free; %s; use a smaller batch, or close other executables and tensors"
              .formatted(name, bytes, info.free(), info.total(), purpose.get()),
          e);
    }
  }

  /// Frees what an executable holds; what a spoiled context held is gone with it.
  void release(Runnable calls) {
    if (closed) return;
    thread.run(() -> unlessSpoiled(calls));
  }

  private void unlessSpoiled(Runnable calls) {
    if (spoiled.isPresent()) return;
    driver.makeCurrent(context);
    calls.run();
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    thread.run(
        () -> {
          try {
            unlessSpoiled(
                () -> {
                  libraries.close();
                  library.unload();
                  driver.destroy(stream);
                });
            driver.destroy(context);
          } finally {
            driver.close();
          }
        });
    thread.close();
  }
}
