package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.tensor.TensorType;
import io.gatun.kernels.ElementType;
import io.gatun.kernels.Kernel;
import io.gatun.kernels.KernelCatalogue;
import io.gatun.kernels.Parameter;
import io.gatun.kernels.Sizes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntToLongFunction;

/// A claimed composite that one ready-made kernel of the catalogue does: softmax, the
/// normalizations and cross-entropy, whose kernels read a wide row once where a loop reads it for
/// each of its folds. The kernel's arrays are the composite's operands, then its outputs.
public final class ReadyCall {
  private final Kernel kernel;
  private final Sizes sizes;

  /// For each array its buffer, or, from the negative on, its place in the workspace.
  private final List<Long> places;

  private final long workspaceBytes;

  private ReadyCall(Kernel kernel, Sizes sizes, List<Long> places, long workspaceBytes) {
    this.kernel = kernel;
    this.sizes = sizes;
    this.places = places;
    this.workspaceBytes = workspaceBytes;
  }

  /// The kernel for a claimed composite.
  ///
  /// @throws IllegalArgumentException when there is none: the target claims what it should not
  public static ReadyCall of(Claimed call) {
    var x = call.inputs().getFirst().type();
    long columns = x.shape().dim(x.shape().rank() - 1);
    var sizes = Sizes.matrix(x.size() / columns, columns);
    boolean hasLabels = call.composite().name().equals("crossentropy");
    if (hasLabels) sizes = sizes.with("label_bytes", call.inputs().get(1).type().dtype().bytes());
    var kernel = KernelCatalogue.standard().select(call.composite().name(), ElementType.F32, sizes);
    var places = new ArrayList<Long>();
    long workspace = 0;
    int operands = call.inputs().size();
    for (int i = 0; i < kernel.arrays().size(); i++) {
      if (i < operands) {
        places.add((long) call.input(i));
        continue;
      }
      var buffer = call.output(i - operands);
      places.add(buffer.isPresent() ? buffer.get() : -1 - workspace);
      if (buffer.isEmpty()) workspace += aligned(outputType(call, i - operands));
    }
    return new ReadyCall(kernel, sizes, places, workspace);
  }

  private static TensorType outputType(Claimed call, int output) {
    return call.composite().body().outputs().get(output).node().type();
  }

  private static long aligned(TensorType type) {
    return Math.ceilDiv(type.bytes(), 16) * 16;
  }

  /// The catalogue's kernel.
  public Kernel kernel() {
    return kernel;
  }

  /// Memory for outputs that are not wanted.
  public long workspaceBytes() {
    return workspaceBytes;
  }

  public LaunchGeometry geometry() {
    return kernel.geometry().apply(sizes);
  }

  /// The arguments of a launch.
  ///
  /// @param addresses of the call's buffers
  public List<Argument> arguments(IntToLongFunction addresses, long workspace) {
    var values = new HashMap<String, Argument>();
    for (int i = 0; i < places.size(); i++) {
      Parameter.Array array = kernel.arrays().get(i);
      long place = places.get(i);
      long address =
          place >= 0 ? addresses.applyAsLong(Math.toIntExact(place)) : workspace - 1 - place;
      values.put(array.name(), new Argument.Pointer(address));
    }
    return kernel.arguments(sizes, values);
  }
}
