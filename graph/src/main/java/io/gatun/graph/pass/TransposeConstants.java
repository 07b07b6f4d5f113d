package io.gatun.graph.pass;

import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Stores constants in the order in which they are read, however large: filters that a file has
/// channels first. For targets that pack nothing once and would read them across in each run, and
/// whose libraries want plain arrays. To run last: by then a product has taken a matrix's transpose
/// as a flag, and [FoldConstants] the small arrays.
public record TransposeConstants() implements Pass {
  // A file may have them anywhere.
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  @Override
  public String name() {
    return "transpose-constants";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) -> {
          var builder = rewriter.builder();
          return node.op() instanceof Transpose(var permutation)
                  && operands.getFirst().op() instanceof Constant(var literal)
              ? builder.add(new Constant(transposed(literal, node.type(), permutation)))
              : builder.add(node.op(), operands);
        });
  }

  private static Literal transposed(Literal from, TensorType type, List<Integer> permutation) {
    var to = Arena.ofAuto().allocate(Math.max(1, type.bytes()), 64).asSlice(0, type.bytes());
    long[] stored = from.type().shape().strides();
    long[] strides = permutation.stream().mapToLong(axis -> stored[axis]).toArray();
    int[] index = new int[strides.length];
    int last = strides.length - 1;
    int row = type.shape().dim(last);
    for (long at = 0; at < type.size(); at += row) {
      long source = 0;
      for (int axis = 0; axis < last; axis++) source += index[axis] * strides[axis];
      copy(from.data(), source, strides[last], to, at, row, type.dtype().bytes());
      for (int axis = last - 1; axis >= 0; axis--) {
        if (++index[axis] < type.shape().dim(axis)) break;
        index[axis] = 0;
      }
    }
    // Nothing else reads the file's: its pages are read again if something does.
    if (from.data().isMapped()) from.data().unload();
    return Literal.of(type, to);
  }

  /// Copies every `stride`-th of the elements, which have so many bytes.
  private static void copy(
      MemorySegment from,
      long source,
      long stride,
      MemorySegment to,
      long target,
      int count,
      int bytes) {
    for (int i = 0; i < count; i++) {
      long at = source + i * stride;
      switch (bytes) {
        case 1 -> to.set(ValueLayout.JAVA_BYTE, target + i, from.get(ValueLayout.JAVA_BYTE, at));
        case 2 -> to.setAtIndex(SHORT, target + i, from.getAtIndex(SHORT, at));
        case 4 -> to.setAtIndex(INT, target + i, from.getAtIndex(INT, at));
        default -> to.setAtIndex(LONG, target + i, from.getAtIndex(LONG, at));
      }
    }
  }
}
