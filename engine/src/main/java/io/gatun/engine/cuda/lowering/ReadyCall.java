package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.ir.Input;
import io.gatun.graph.target.RowFunction;
import io.gatun.graph.tensor.TensorType;
import io.gatun.kernels.ElementType;
import io.gatun.kernels.Kernel;
import io.gatun.kernels.KernelCatalogue;
import io.gatun.kernels.Parameter;
import io.gatun.kernels.Sizes;
import java.util.ArrayList;
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

  private static final int ROWS_OF_A_PART = 4;

  /// The blocks of narrow rows hold four.
  private static final int PARTS_OF_A_BLOCK = 4;

  /// What the kernels call the outputs.
  private static final Map<String, List<String>> OUTPUTS =
      Map.of(
          "softmax",
          List.of("y"),
          "softmax_gradient",
          List.of("dx"),
          "logsoftmax",
          List.of("y"),
          "logsoftmax_gradient",
          List.of("dx"),
          "layernorm",
          List.of("y", "mean", "rstd"),
          "layernorm_gradient",
          List.of("dx", "dgamma", "dbeta"),
          "rmsnorm",
          List.of("y", "rstd"),
          "rmsnorm_gradient",
          List.of("dx", "dgamma"),
          "crossentropy",
          List.of("loss", "logsum"),
          RowFunction.CROSS_ENTROPY_TRAIN,
          List.of("loss", "dlogits"));

  /// Sums over rows, of which gradients of normalizations have one part for many rows.
  private static final String SUMS = "sums";

  /// Where an array of a kernel lies.
  private sealed interface Place {
    /// In a buffer of the call.
    record InBuffer(int buffer) implements Place {}

    /// In the workspace.
    record InWorkspace(long offset) implements Place {}

    /// Nowhere: the kernel does without.
    record Absent() implements Place {}
  }

  private final Claimed call;
  private final Sizes sizes;
  private final List<Kernel> kernels;
  private final Map<String, Place> places = new HashMap<>();
  private long workspaceBytes;

  private ReadyCall(Claimed call, DeviceShape device) {
    this.call = call;
    var name = call.composite().name();
    var x = call.inputs().getFirst().type();
    boolean isNormGradient = name.endsWith("norm_gradient");
    sizes = isNormGradient ? withParts(matrix(x), device) : withLabels(matrix(x), call);
    var catalogue = KernelCatalogue.standard();
    kernels = new ArrayList<>(List.of(catalogue.select(name, type(x), sizes)));
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
    if (isNormGradient) {
      kernels.add(catalogue.select("norm_parameters", type(x), sizes));
      places.put(SUMS, scratch(sums(kernels.getFirst()).traffic(sizes)));
      places.putIfAbsent("dbeta", new Place.Absent());
    }
  }

  /// The kernels for a claimed composite.
  ///
  /// @throws IllegalArgumentException when there are none: the target claims what it should not
  public static ReadyCall of(Claimed call, DeviceShape device) {
    return new ReadyCall(call, device);
  }

  private static Sizes matrix(TensorType rows) {
    long columns = rows.shape().dim(rows.shape().rank() - 1);
    return Sizes.matrix(rows.size() / columns, columns);
  }

  /// Sizes of labels, and of the cotangent of a loss, where the composite has them.
  private static Sizes withLabels(Sizes sizes, Claimed call) {
    if (!call.composite().name().startsWith("crossentropy")) return sizes;
    var inputs = call.inputs();
    var labels = sizes.with("label_bytes", inputs.get(1).type().dtype().bytes());
    return inputs.size() < 3
        ? labels
        : labels.with("dy_stride", inputs.get(2).type().shape().rank() == 0 ? 0 : 1);
  }

  /// Parts of the rows that are summed apart: as many as run at once, but each with rows enough
  /// that its sums are little beside them.
  private static Sizes withParts(Sizes sizes, DeviceShape device) {
    int threads = sizes.of("columns") <= 256 ? 32 : sizes.of("columns") <= 1024 ? 128 : 512;
    long most = (long) device.multiprocessors() * device.residentThreads() / threads;
    long parts = Math.clamp(Math.ceilDiv(sizes.of("rows"), ROWS_OF_A_PART), 1, most);
    return sizes.with("parts", Math.ceilDiv(parts, PARTS_OF_A_BLOCK) * PARTS_OF_A_BLOCK);
  }

  private static Parameter.Array sums(Kernel kernel) {
    return kernel.arrays().stream().filter(a -> a.name().equals(SUMS)).findFirst().orElseThrow();
  }

  static ElementType type(TensorType rows) {
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

  /// The catalogue's kernels, in the order of their launches.
  public List<Kernel> kernels() {
    return List.copyOf(kernels);
  }

  /// Memory for what one kernel leaves to the next, or writes and nobody wants.
  public long workspaceBytes() {
    return workspaceBytes;
  }

  /// How one of the kernels is launched.
  public LaunchGeometry geometry(Kernel kernel) {
    return kernel.geometry().apply(sizes);
  }

  /// The arguments of a launch of one of the kernels.
  ///
  /// @param addresses of the call's buffers
  public List<Argument> arguments(Kernel kernel, IntToLongFunction addresses, long workspace) {
    var values = new HashMap<String, Argument>();
    for (Parameter.Array array : kernel.arrays()) {
      long address =
          switch (places.get(array.name())) {
            case Place.InBuffer(int buffer) -> addresses.applyAsLong(buffer);
            case Place.InWorkspace(long offset) -> workspace + offset;
            case Place.Absent() -> 0;
          };
      values.put(array.name(), new Argument.Pointer(address));
    }
    return kernel.arguments(sizes, values);
  }
}
