package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Output;
import io.gatun.graph.plan.Plan;
import java.util.List;
import java.util.Optional;

/// Where the inputs and results of a plan lie while it runs: the tensors' own memory where the
/// device reaches it, else memory of the executable's, with copies before and after the run.
final class ArgumentMemory {
  /// What kernels are compiled for: vectors of 16 bytes.
  private static final int ALIGNMENT = 16;

  private final CudaDevice device;
  private final CudaDriver driver;
  private final Plan plan;
  private final String needs;
  private final boolean[] isUpdated;

  /// Memory of the executable's for each argument; 0 where there is none yet.
  private final long[] own;

  /// Whether an argument of the present run is copied.
  private final boolean[] isCopied;

  /// @param needs what else the plan needs, for messages
  ArgumentMemory(CudaDevice device, Plan plan, String needs) {
    this.device = device;
    this.driver = device.driver();
    this.plan = plan;
    this.needs = needs;
    own = new long[plan.inputs().size() + plan.results().size()];
    isCopied = new boolean[own.length];
    isUpdated = new boolean[own.length];
    plan.graph().outputs().stream()
        .map(Output::updates)
        .flatMap(Optional::stream)
        .forEach(input -> isUpdated[plan.inputs().indexOf(input)] = true);
  }

  /// Binds all arguments to addresses, and copies inputs that the device does not reach.
  void enter(Places places, List<Tensor> inputs, List<Tensor> results) {
    for (int i = 0; i < own.length; i++) {
      boolean isInput = i < inputs.size();
      var tensor = isInput ? inputs.get(i) : results.get(i - inputs.size());
      var reached = tensor.addressOn(device, isInput);
      isCopied[i] = reached.isEmpty() || reached.getAsLong() % ALIGNMENT != 0;
      places.bind(i, isCopied[i] ? own(i) : reached.getAsLong());
      if (isCopied[i] && isInput && bytes(i) > 0) {
        driver.copyToDevice(own(i), tensor.contents(), device.stream());
      }
    }
  }

  /// Copies what was written back to tensors that the device does not reach.
  void leave(List<Tensor> inputs, List<Tensor> results) {
    for (int i = 0; i < own.length; i++) {
      boolean isInput = i < inputs.size();
      if (!isCopied[i] || bytes(i) == 0 || isInput && !isUpdated[i]) continue;
      var tensor = isInput ? inputs.get(i) : results.get(i - inputs.size());
      driver.copyToHost(tensor.data(), own(i), device.stream());
    }
  }

  private long own(int argument) {
    if (own[argument] == 0) {
      own[argument] =
          device.reserve(
              bytes(argument),
              () -> needs + ", and %,d for one of its arguments".formatted(bytes(argument)));
    }
    return own[argument];
  }

  /// Bytes of an input, or, counting on, of a result.
  private long bytes(int argument) {
    int inputs = plan.inputs().size();
    return argument < inputs
        ? plan.inputs().get(argument).type().bytes()
        : plan.results().get(argument - inputs).node().type().bytes();
  }

  /// How many arguments there are.
  int count() {
    return own.length;
  }

  void free() {
    for (long address : own) {
      if (address != 0) driver.free(address);
    }
  }
}
