package io.gatun.engine.cuda;

import io.gatun.cuda.Argument;
import io.gatun.engine.EngineException;
import io.gatun.engine.ReadyKernels;
import io.gatun.engine.Tensor;
import io.gatun.kernels.Kernel;
import io.gatun.kernels.Parameter;
import io.gatun.kernels.Sizes;
import java.util.HashMap;
import java.util.Map;

/// Launches of ready-made kernels on the tensors of a GPU.
record ReadyLaunches(CudaDevice device) implements ReadyKernels {
  @Override
  public void run(
      Kernel kernel, Sizes sizes, Map<String, Tensor> arrays, Map<String, Argument> others) {
    if (!kernel.accepts().test(sizes)) {
      throw new EngineException(
          "%s: is not made for sizes %s; catalogue().select finds the kernel that is"
              .formatted(kernel.name(), sizes.values()));
    }
    device.call(
        kernel.name(),
        () -> {
          var values = new HashMap<>(others);
          for (Parameter.Array array : kernel.arrays()) {
            Tensor tensor = arrays.get(array.name());
            if (tensor == null) continue;
            check(kernel, array, sizes, tensor);
            boolean isRead = array.access() != Parameter.Access.WRITTEN;
            values.put(array.name(), new Argument.Pointer(address(kernel, array, tensor, isRead)));
          }
          launch(kernel, sizes, values);
          return true;
        });
  }

  private void launch(Kernel kernel, Sizes sizes, Map<String, Argument> values) {
    try {
      var arguments = kernel.arguments(sizes, values);
      var function = device.library().ready(kernel);
      device.driver().launch(function, kernel.geometry().apply(sizes), arguments, device.stream());
    } catch (IllegalArgumentException e) {
      throw new EngineException(e.getMessage(), e);
    }
    device.driver().synchronize(device.stream());
  }

  private static void check(Kernel kernel, Parameter.Array array, Sizes sizes, Tensor tensor) {
    long wanted = array.elements(sizes) * array.type().bytes();
    if (tensor.type().bytes() >= wanted) return;
    throw new EngineException(
        "%s: %s takes %,d bytes with sizes %s; tensor \"%s\" of %s has %,d"
            .formatted(
                kernel.name(),
                array,
                wanted,
                sizes.values(),
                tensor.name(),
                tensor.type(),
                tensor.type().bytes()));
  }

  private long address(Kernel kernel, Parameter.Array array, Tensor tensor, boolean isRead) {
    return tensor
        .addressOn(device, isRead)
        .orElseThrow(
            () ->
                new EngineException(
                    "%s: %s is tensor \"%s\" in host memory; make it by allocate(...) of device %s"
                        .formatted(kernel.name(), array.name(), tensor.name(), device.name())));
  }
}
