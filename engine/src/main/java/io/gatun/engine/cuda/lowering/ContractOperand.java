package io.gatun.engine.cuda.lowering;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One operand of a contraction in the words of `contract.cuh`: how an element is read, and, where
/// the operand is a plain array, how it lies in memory.
///
/// @param name `A` or `B`
/// @param value the element
/// @param free the variables of M or N
final class ContractOperand {
  private final String name;
  private final Buffers buffers;
  private final Expr value;
  private final Walk walk;
  private final Runs batch;
  private final Runs free;
  private final Runs k;

  ContractOperand(
      String name, Buffers buffers, Expr value, List<Var> batch, List<Var> free, List<Var> k) {
    this.name = name;
    this.buffers = buffers;
    this.value = value;
    walk = Walk.from(List.of(value));
    this.batch = Runs.of(batch, walk.indices());
    this.free = Runs.of(free, walk.indices());
    this.k = Runs.of(k, walk.indices());
  }

  /// A plain array: element type and index of the buffer, strides, and what depends on the batch.
  private record Plain(int buffer, long freeStride, long kStride, Index start) {}

  private Optional<Plain> plain() {
    Expr read = read();
    if (!(read.op() instanceof ExprOp.Load(int buffer, Index offset, var bounds))
        || !bounds.isEmpty()
        || !isElement(read.dtype())
        || free.runs().size() > 1
        || k.runs().size() > 1
        || !offset.isAffineIn(free.variables())
        || !offset.isAffineIn(k.variables())) {
      return Optional.empty();
    }
    long freeStride = stride(offset, free);
    long kStride = stride(offset, k);
    Index start = offset.minus(part(offset, free)).minus(part(offset, k));
    return Optional.of(new Plain(buffer, freeStride, kStride, start));
  }

  /// The load, below a conversion that keeps each value as it is.
  private Expr read() {
    boolean isExact =
        value.op() instanceof ExprOp.Convert()
            && value.dtype() == DType.F32
            && isNarrow(value.argument(0).dtype());
    return isExact ? value.argument(0) : value;
  }

  private static boolean isNarrow(DType dtype) {
    return dtype == DType.F16 || dtype == DType.BF16;
  }

  /// The narrow float type that all values of the operand are of.
  Optional<DType> narrow() {
    return Optional.of(read().dtype()).filter(ContractOperand::isNarrow);
  }

  /// Whether the sum's type is the element's, or the template knows how to widen it.
  private static boolean isElement(DType dtype) {
    return switch (dtype) {
      case F32, F64, F16, BF16, I64, I32 -> true;
      case I16, I8, U8, BOOL -> false;
    };
  }

  private static long stride(Index offset, Runs runs) {
    return runs.runs().isEmpty() ? 0 : offset.coefficient(runs.runs().getFirst().inner());
  }

  /// The terms of the variables of a run; those that stand still count as 0.
  private static Index part(Index offset, Runs runs) {
    Index part = Index.ZERO;
    for (var run : runs.runs()) {
      part = part.plus(Index.of(run.inner()).times(offset.coefficient(run.inner())));
      for (Var still : run.still()) {
        part = part.plus(Index.of(still).times(offset.coefficient(still)));
      }
    }
    return part;
  }

  /// True where neighbours in k lie nearer to each other than those of the other index.
  boolean isInnerK() {
    if (k.runs().isEmpty()) return false;
    if (free.runs().isEmpty()) return true;
    return distance(k) <= distance(free);
  }

  private long distance(Runs runs) {
    Var last = runs.runs().getLast().inner();
    long least = Long.MAX_VALUE;
    for (Expr expr : walk.exprs()) {
      if (!(expr.op() instanceof ExprOp.Load(_, Index offset, _))) continue;
      long step = Math.abs(offset.coefficient(last));
      if (step > 0) least = Math.min(least, step);
    }
    return least;
  }

  /// Whether the tensor cores' kernels copy it as it is, for products of this type.
  boolean isCopied(DType compute) {
    return lanes() > 1 && buffers.type(plain().orElseThrow().buffer).dtype() == compute;
  }

  /// Whether 16 bytes of it are read at once, and how many elements these are.
  int lanes() {
    return plain().map(this::lanes).orElse(1);
  }

  private int lanes(Plain plain) {
    int lanes = Buffers.VECTOR_BYTES / buffers.type(plain.buffer).dtype().bytes();
    long other = plain.kStride == 1 ? plain.freeStride : plain.kStride;
    boolean isUnit = plain.kStride == 1 || plain.freeStride == 1;
    boolean isAligned =
        buffers.isAligned(plain.buffer)
            && other % lanes == 0
            && plain.start.constant() % lanes == 0
            && plain.start.terms().values().stream().allMatch(c -> c % lanes == 0);
    return isUnit && isAligned ? lanes : 1;
  }

  /// The definitions that the hole wants of this operand.
  String definitions() {
    var text = new StringBuilder();
    boolean isA = name.equals("A");
    var plain = plain();
    long freeStride = plain.map(Plain::freeStride).orElse(0L);
    long kStride = plain.map(Plain::kStride).orElse(0L);
    text.append(
        "constexpr bool %s_PLAIN = %s, %s_INNER_K = %s;\n"
            .formatted(name, plain.isPresent(), name, isInnerK()));
    text.append(
        "constexpr long long %s_STRIDE_%s = %d, %s_STRIDE_K = %d;\n"
            .formatted(name, isA ? "M" : "N", freeStride, name, kStride));
    text.append("constexpr int %s_LANES = %d;\n".formatted(name, lanes()));
    text.append("constexpr Element %s_ELEMENT = %s;\n".formatted(name, element(plain)));
    text.append(pointer(plain));
    text.append(
        "DEVICE Sum load_%s(const Buffers& buffers, int at_batch, int %s, int %s) {\n"
            .formatted(
                name.toLowerCase(Locale.ROOT), isA ? "at_free" : "at_k", isA ? "at_k" : "at_free"));
    text.append(batch.declarations("at_batch", "  "));
    text.append(free.declarations("at_free", "  "));
    text.append(k.declarations("at_k", "  "));
    var program = new Program(buffers, walk, Program.Lanes.ONE, this::variable, "  ");
    String result = program.value(value);
    return text.append(program.text()).append("  return %s;\n}\n".formatted(result)).toString();
  }

  private String variable(Var v) {
    boolean isBound =
        batch.variables().contains(v) || free.variables().contains(v) || k.variables().contains(v);
    return isBound ? v.name() : "0";
  }

  private String element(Optional<Plain> plain) {
    if (plain.isEmpty()) return "OTHER";
    DType dtype = buffers.type(plain.get().buffer).dtype();
    return switch (dtype) {
      case F32, F16, BF16 -> dtype.name();
      case F64, I64, I32, I16, I8, U8, BOOL -> "OTHER";
    };
  }

  private String pointer(Optional<Plain> plain) {
    String signature =
        "DEVICE const %s* %s_pointer(const Buffers& buffers, int at_batch) {\n"
            .formatted(
                plain.map(p -> CudaTypes.memory(buffers.type(p.buffer).dtype())).orElse("Sum"),
                name.toLowerCase(Locale.ROOT));
    if (plain.isEmpty()) return signature + "  return nullptr;\n}\n";
    var program = new Program(buffers, walk, Program.Lanes.ONE, this::variable, "  ");
    String start = program.index(plain.get().start);
    return signature
        + batch.declarations("at_batch", "  ")
        + program.text()
        + "  return %s + (%s);\n}\n".formatted(Buffers.name(plain.get().buffer), start);
  }
}
