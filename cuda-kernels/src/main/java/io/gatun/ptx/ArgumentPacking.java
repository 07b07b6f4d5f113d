package io.gatun.ptx;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Lays the arguments of a launch out as its kernel's parameters, and refuses those that do not
/// fit, which the real driver cannot.
final class ArgumentPacking {
  private ArgumentPacking() {}

  static byte[] pack(PtxKernel kernel, List<Argument> arguments) {
    var parameters = kernel.parameters();
    if (parameters.size() != arguments.size()) {
      throw refused(
          kernel,
          "takes %d arguments (%s), %d were given"
              .formatted(parameters.size(), sizes(parameters), arguments.size()));
    }
    var bytes = ByteBuffer.allocate(kernel.argumentBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (var i = 0; i < arguments.size(); i++) {
      var parameter = parameters.get(i);
      var argument = arguments.get(i);
      if (parameter.size() != argument.size()) {
        throw refused(
            kernel,
            "takes %d bytes as argument %d, %d were given (%s)"
                .formatted(parameter.size(), i, argument.size(), argument));
      }
      put(bytes.position(parameter.offset()), argument);
    }
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, Argument argument) {
    switch (argument) {
      case Argument.Pointer pointer -> bytes.putLong(pointer.address());
      case Argument.Int number -> bytes.putInt(number.value());
      case Argument.Long number -> bytes.putLong(number.value());
      case Argument.Float number -> bytes.putFloat(number.value());
      case Argument.Bytes struct -> bytes.put(struct.value());
    }
  }

  private static List<String> sizes(List<PtxKernel.Parameter> parameters) {
    return parameters.stream().map(parameter -> parameter.size() + " bytes").toList();
  }

  private static CudaException refused(PtxKernel kernel, String problem) {
    return new CudaException(
        "cuLaunchKernel", CudaResult.INVALID_VALUE, "kernel " + kernel.name() + " " + problem);
  }
}
