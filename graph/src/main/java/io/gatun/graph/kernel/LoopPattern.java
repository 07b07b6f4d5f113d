package io.gatun.graph.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/// The program of a loop that treats its arrays as flat: each element at the position of the loop,
/// or one fixed element. Two loops whose patterns are alike differ in arrays and extents alone, so
/// that one launch can run both. There are two kinds: maps, and single folds over everything.
///
/// @param text the operations, without what they read and write
/// @param indices of loads and stores in their order: [#POSITION], or the element
/// @param buffers of the loop, in the order in which its program meets them
/// @param points how many the loop has
/// @param isMap whether it is a map, not a fold
public record LoopPattern(
    String text, List<Long> indices, List<Integer> buffers, long points, boolean isMap) {
  /// The index of what lies at the position of the loop.
  public static final long POSITION = -1;

  public LoopPattern {
    indices = List.copyOf(indices);
    buffers = List.copyOf(buffers);
  }

  /// The pattern of a loop; empty where it has none, or nothing to do.
  public static Optional<LoopPattern> of(LoopKernel kernel) {
    if (kernel.stages().size() != 1) return Optional.empty();
    var stage = kernel.stages().getFirst();
    boolean isMap = stage.folds().isEmpty();
    boolean isSingle = kernel.outer().stream().allMatch(v -> v.extent() == 1);
    boolean fits =
        isMap
            ? kernel.inner().isEmpty() && kernel.finals().isEmpty()
            : isSingle && !kernel.finals().isEmpty();
    var variables = isMap ? kernel.outer() : kernel.inner();
    long points = ContractKernel.size(variables);
    if (!fits || points == 0) return Optional.empty();
    var reader = new Reader(Index.rowMajor(variables));
    for (Fold fold : stage.folds()) {
      String value = reader.name(fold.value());
      reader.text.append(fold.kind()).append(value).append('\n');
    }
    reader.stores(stage.stores());
    reader.text.append("finally\n");
    reader.stores(kernel.finals());
    if (reader.isOther) return Optional.empty();
    return Optional.of(
        new LoopPattern(
            reader.text.toString(), reader.indices, List.copyOf(reader.buffers), points, isMap));
  }

  /// Whether one launch can run both loops by the code that is generated for this one.
  public boolean isAlike(LoopPattern other) {
    if (isMap != other.isMap || !text.equals(other.text)) return false;
    // The only element of an array is at the position, too.
    return indices.equals(other.indices)
        || other.points == 1
            && other.indices.stream().allMatch(i -> i == 0)
            && indices.stream().allMatch(i -> i == 0 || i == POSITION);
  }

  /// Writes a program down, arguments before users.
  private static final class Reader {
    final Index position;
    final StringBuilder text = new StringBuilder();
    final List<Long> indices = new ArrayList<>();
    final SequencedSet<Integer> buffers = new LinkedHashSet<>();
    final Map<Expr, String> names = new HashMap<>();

    /// Whether an index is neither the position nor fixed.
    boolean isOther;

    Reader(Index position) {
      this.position = position;
    }

    void stores(List<Store> stores) {
      for (Store store : stores) {
        String value = name(store.value());
        text.append("store ").append(buffer(store.buffer())).append(value).append('\n');
        index(store.offset());
      }
    }

    String name(Expr expr) {
      String known = names.get(expr);
      if (known != null) return known;
      var arguments = new StringBuilder();
      for (Expr argument : expr.arguments()) arguments.append(name(argument));
      String name = " e" + names.size();
      names.put(expr, name);
      text.append(expr.dtype()).append(name).append(" = ");
      text.append(operation(expr.op())).append(arguments).append('\n');
      return name;
    }

    private String operation(ExprOp op) {
      return switch (op) {
        case ExprOp.Load(int buffer, Index offset, List<Bound> bounds) -> {
          index(offset);
          bounds(bounds);
          yield "load" + buffer(buffer);
        }
        case ExprOp.OfIndex(Index index) -> {
          index(index);
          yield "index";
        }
        case ExprOp.Within(List<Bound> bounds) -> {
          bounds(bounds);
          yield "true";
        }
        case ExprOp.Draw(var kind, Index index) -> {
          index(index);
          yield "draw " + kind;
        }
        case ExprOp.Number _,
            ExprOp.Un _,
            ExprOp.Bin _,
            ExprOp.Choose _,
            ExprOp.Convert _,
            ExprOp.Folded _ ->
            op.toString();
      };
    }

    private void bounds(List<Bound> bounds) {
      if (!bounds.stream().allMatch(Bound::isCertain)) isOther = true;
    }

    private void index(Index index) {
      if (index.isConstant()) indices.add(index.constant());
      else if (index.equals(position)) indices.add(POSITION);
      else isOther = true;
    }

    private String buffer(int buffer) {
      buffers.add(buffer);
      return " b" + List.copyOf(buffers).indexOf(buffer);
    }
  }
}
