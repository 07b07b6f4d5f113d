package io.gatun.engine.cuda.lowering;

import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.IntPredicate;

/// The arrays of one kernel as C++ sees them: the struct of pointers, their element types, and
/// which of them start where vectors may be read.
final class Buffers {
  /// Bytes that one instruction moves at most.
  static final int VECTOR_BYTES = 16;

  private final List<TensorType> types;
  private final List<Integer> written;
  private final IntPredicate isAligned;

  /// @param isAligned whether a buffer starts at a multiple of 16 bytes
  Buffers(Kernel kernel, IntPredicate isAligned) {
    this(kernel.buffers(), kernel.written(), isAligned);
  }

  /// @param written positions of those that the kernel writes
  Buffers(List<Node> buffers, List<Integer> written, IntPredicate isAligned) {
    this.types = buffers.stream().map(n -> n.type()).toList();
    this.written = written;
    this.isAligned = isAligned;
  }

  TensorType type(int buffer) {
    return types.get(buffer);
  }

  /// Whether a buffer starts at a multiple of 16 bytes.
  boolean isAligned(int buffer) {
    return isAligned.test(buffer);
  }

  /// The expression of a buffer's pointer.
  static String name(int buffer) {
    return "buffers.b" + buffer;
  }

  /// The expression of an element.
  String element(int buffer, String offset) {
    return name(buffer) + "[" + offset + "]";
  }

  /// The struct of pointers and the types of indices.
  ///
  /// @param points how many points the kernel's largest loop has
  /// @param workspace whether the struct ends with a pointer to a workspace
  String declarations(long points, boolean workspace) {
    var text = new StringBuilder();
    boolean isWide = isWide(points);
    text.append("typedef %s Index;\n".formatted(isWide ? "long long" : "int"));
    text.append("typedef unsigned %s Unsigned;\n".formatted(isWide ? "long long" : "int"));
    text.append("struct Buffers {\n");
    for (int i = 0; i < types.size(); i++) {
      text.append(
          "  %s%s* b%d;  // %s\n"
              .formatted(
                  written.contains(i) ? "" : "const ",
                  CudaTypes.memory(types.get(i).dtype()),
                  i,
                  types.get(i)));
    }
    if (workspace) text.append("  unsigned char* workspace;\n");
    return text.append("};\n").toString();
  }

  /// True where 32 bits do not count the points or an array's elements.
  boolean isWide(long points) {
    long most = types.stream().mapToLong(TensorType::size).reduce(points, Math::max);
    // Headroom for the steps of grids beyond the last point.
    return most > Integer.MAX_VALUE - (1 << 24);
  }

  /// True where the lanes' elements are neighbours, the first of them at a multiple of their count.
  boolean isVector(int buffer, Index offset, Program.Lanes lanes) {
    return isAligned.test(buffer)
        && lanes.count() * types.get(buffer).dtype().bytes() <= VECTOR_BYTES
        && isAligned(offset, lanes);
  }

  /// True where an index steps by one along the lanes, from a multiple of their count on.
  static boolean isAligned(Index index, Program.Lanes lanes) {
    Var along = lanes.variable();
    return index.coefficient(along) == 1
        && index.isAffineIn(List.of(along))
        && index.constant() % lanes.count() == 0
        && index.terms().entrySet().stream()
            .allMatch(t -> t.getKey().equals(along) || t.getValue() % lanes.count() == 0);
  }

  /// The number of points of some variables.
  static long points(List<Var> variables) {
    return ContractKernel.size(variables);
  }
}
