package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.ir.Input;
import io.gatun.graph.tensor.TensorType;
import io.gatun.kernels.ElementType;
import io.gatun.kernels.Kernel;
import io.gatun.kernels.KernelCatalogue;
import io.gatun.kernels.Parameter;
import io.gatun.kernels.Sizes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/// A claimed composite of rows that ready-made kernels of the catalogue do: softmax, the
/// normalizations, cross-entropy. The arrays of the kernels are the composite's operands, by their
/// names in its body, and its outputs; outputs that are not wanted go to the workspace.
public final class ReadyCall {
  /// Bytes of the widest access.
  private static final int PACK = 16;

  /// What the kernels call the outputs.
  private static final Map<String, List<String>> OUTPUTS =
      Map.of(
          "softmax", List.of("y"),
          "logsoftmax", List.of("y"),
          "layernorm", List.of("y", "mean", "rstd"),
          "rmsnorm", List.of("y", "rstd"),
          "crossentropy", List.of("loss", "logsum"));

  /// Where an array of a kernel lies.
  private sealed interface Place {
    /// In a buffer of the call.
    record InBuffer(int buffer) implements Place {}

    /// In the workspace.
    record InWorkspace(long offset) implements Place {}
  }

  private final Claimed call;
  private final Sizes sizes;
  private final Kernel kernel;
  private final Map<String, Place> places = new HashMap<>();
  private long workspaceBytes;

  private ReadyCall(Claimed call) {
    this.call = call;
    var name = call.composite().name();
    var x = call.inputs().getFirst().type();
    long columns = x.shape().dim(x.shape().rank() - 1);
    var matrix = Sizes.matrix(x.size() / columns, columns);
    sizes =
        name.equals("crossentropy")
            ? matrix.with("label_bytes", call.inputs().get(1).type().dtype().bytes())
            : matrix;
    kernel = KernelCatalogue.standard().select(name, type(x), sizes);
    var body = call.composite().body();
    for (int i = 0; i < body.inputs().size(); i++) {
      var operand = (Input) body.inputs().get(i).op();
      places.put(operand.name(), new Place.InBuffer(call.input(i)));
    }
    var outputs = OUTPUTS.get(name);
    for (int i = 0; i < outputs.size(); i++) {
      var type = body.outputs().get(i).node().type();
      var buffer = call.output(i);
      places.put(outputs.get(i), buffer.isPresent() ? buffer(buffer.get()) : scratch(type.bytes()));
    }
  }

  /// The kernels for a claimed composite.
  ///
  /// @throws IllegalArgumentException when there are none: the target claims what it should not
  public static ReadyCall of(Claimed call) {
    return new ReadyCall(call);
  }

  private static ElementType type(TensorType rows) {
    return switch (rows.dtype()) {
      case F32 -> ElementType.F32;
      case BF16 -> ElementType.BF16;
      case F16 -> ElementType.F16;
      case F64, I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException("no kernels for rows of " + rows);
    };
  }

  private static Place buffer(int number) {
    return new Place.InBuffer(number);
  }

  private Place scratch(long bytes) {
    var place = new Place.InWorkspace(workspaceBytes);
    workspaceBytes += Math.ceilDiv(bytes, PACK) * PACK;
    return place;
  }

  /// Whether the kernels may read and write these buffers: rows of whole packs are moved in packs.
  ///
  /// @param isAligned whether a buffer starts at a multiple of 16 bytes
  public boolean accepts(IntPredicate isAligned) {
    long columns = sizes.of("columns");
    for (int i = 0; i < call.buffers().size(); i++) {
      var type = call.buffers().get(i).type();
      boolean isPacked =
          type.dtype().isFloat()
              && type.size() % columns == 0
              && columns * type.dtype().bytes() % PACK == 0;
      if (isPacked && !isAligned.test(i)) return false;
    }
    return true;
  }

  /// The catalogue's kernel.
  public Kernel kernel() {
    return kernel;
  }

  /// Memory for what the kernels write and nobody wants.
  public long workspaceBytes() {
    return workspaceBytes;
  }

  /// How it is launched.
  public LaunchGeometry geometry() {
    return kernel.geometry().apply(sizes);
  }

  /// The arguments of a launch.
  ///
  /// @param addresses of the call's buffers
  public List<Argument> arguments(IntToLongFunction addresses, long workspace) {
    var values = new HashMap<String, Argument>();
    for (Parameter.Array array : kernel.arrays()) {
      long address =
          switch (places.get(array.name())) {
            case Place.InBuffer(int buffer) -> addresses.applyAsLong(buffer);
            case Place.InWorkspace(long offset) -> workspace + offset;
          };
      values.put(array.name(), new Argument.Pointer(address));
    }
    return kernel.arguments(sizes, values);
  }
}
