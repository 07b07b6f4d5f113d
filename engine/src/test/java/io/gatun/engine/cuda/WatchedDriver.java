package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.VirtualCudaDriver;
import io.gatun.ptx.VirtualDriverOptions;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// A driver that counts what goes through it, and whose clock counts launches.
final class WatchedDriver {
  private final CudaDriver driver;
  private final Map<CudaDriver.Event, Float> times = new HashMap<>();
  private final Map<CudaDriver.Function, String> names = new HashMap<>();
  private final ToDoubleFunction<String> costs;
  private final Map<String, Integer> calls = new HashMap<>();
  private final List<String> launched = new ArrayList<>();
  private float now;

  /// The clock when a capture began, and what the launch of a graph takes.
  private float outside;

  private final Map<Record, Float> graphs = new HashMap<>();
  private final List<MemorySegment> pinned = new ArrayList<>();
  private long bytesUp;
  private long bytesUpPinned;
  private long bytesDown;

  /// A watched virtual A100 whose launches take the same time each.
  static WatchedDriver virtual(ExecutionMode mode) {
    var options = VirtualDriverOptions.of(DeviceProfile.A100).with(mode);
    return new WatchedDriver(new VirtualCudaDriver(options), _ -> 1);
  }

  /// The first GPU of this driver, with the compiler of this machine.
  CudaDevice device() {
    return new CudaDevice("virtual", driver, 0, CudaTools.of(RuntimeCompiler.required()));
  }

  /// @param costs milliseconds of a launch by the function's name
  WatchedDriver(CudaDriver inner, ToDoubleFunction<String> costs) {
    this.costs = costs;
    driver =
        (CudaDriver)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CudaDriver.class},
                (proxy, method, arguments) -> {
                  watch(method.getName(), arguments);
                  if (method.getName().equals("milliseconds")) {
                    return times.get(arguments[1]) - times.get(arguments[0]);
                  }
                  try {
                    var result = method.invoke(inner, arguments);
                    if (method.getName().equals("allocateHost")) pinned.add((MemorySegment) result);
                    keepTime(method.getName(), arguments, result);
                    if (result instanceof CudaDriver.Function function) {
                      names.put(function, (String) arguments[1]);
                    }
                    return result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  /// Captured launches take their time when their graph is launched.
  private void keepTime(String method, Object[] arguments, Object result) {
    switch (method) {
      case "beginCapture" -> outside = now;
      case "endCapture" -> {
        graphs.put((CudaDriver.Graph) result, now - outside);
        now = outside;
      }
      case "instantiate" ->
          graphs.put(
              (CudaDriver.GraphExecutable) result, graphs.get((CudaDriver.Graph) arguments[0]));
      case "update" ->
          graphs.put(
              (CudaDriver.GraphExecutable) arguments[0],
              graphs.get((CudaDriver.Graph) arguments[1]));
      case "launch" -> now += graphs.getOrDefault(arguments[0], 0f);
      default -> {}
    }
  }

  private void watch(String method, Object[] arguments) {
    calls.merge(method, 1, Integer::sum);
    switch (method) {
      case "record" -> times.put((CudaDriver.Event) arguments[0], now);
      case "launch" -> {
        if (arguments[0] instanceof CudaDriver.Function function) {
          launched.add(names.get(function));
          now += (float) costs.applyAsDouble(names.get(function));
        }
      }
      case "copyToDevice" -> {
        var source = (MemorySegment) arguments[1];
        bytesUp += source.byteSize();
        if (pinned.stream().anyMatch(block -> block.asOverlappingSlice(source).isPresent())) {
          bytesUpPinned += source.byteSize();
        }
      }
      case "copyToHost" -> bytesDown += ((MemorySegment) arguments[0]).byteSize();
      default -> {}
    }
  }

  CudaDriver driver() {
    return driver;
  }

  /// How often a method of the driver was called.
  int calls(String method) {
    return calls.getOrDefault(method, 0);
  }

  /// Names of the functions that were launched, or captured, in order.
  List<String> launched() {
    return List.copyOf(launched);
  }

  long bytesUp() {
    return bytesUp;
  }

  /// Of [#bytesUp], those that came from pinned memory.
  long bytesUpPinned() {
    return bytesUpPinned;
  }

  long bytesDown() {
    return bytesDown;
  }

  /// Forgets what was counted.
  void reset() {
    calls.clear();
    launched.clear();
    bytesUp = 0;
    bytesUpPinned = 0;
    bytesDown = 0;
  }
}
