package io.gatun.graph.target;

import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import java.util.HashSet;
import java.util.Set;

/// What a device offers, as data, so that its plans are compiled and tested where it is absent.
///
/// - `name`: as the user names the device.
/// - `composites`: names of the composites that it has kernels for; others are inlined.
/// - `generatesKernels`: whether loops and contractions are generated; if not, every operation runs
///   on the reference evaluator.
/// - `maxBuffers`: how many arrays one kernel may touch.
/// - `batchesLoops`: whether loops of one program over different arrays become one launch: where a
///   launch costs as much as a small loop.
public record Target(
    String name,
    Set<String> composites,
    boolean generatesKernels,
    int maxBuffers,
    boolean batchesLoops) {
  private static final String BIASED = "attention.biased";

  private static final Set<String> ATTENTION =
      Set.of(
          "attention",
          "attention.causal",
          "attention.masked",
          BIASED,
          "attention.gradient",
          "attention.causal.gradient",
          "attention.masked.gradient");

  /// Sizes of a head that there are kernels for.
  private static final Set<Integer> HEAD_SIZES = Set.of(32, 64, 128);

  public Target {
    composites = Set.copyOf(composites);
  }

  /// The CPU device, which generates all of its kernels.
  public static Target cpu() {
    return new Target("cpu", Set.of(), true, 64, false);
  }

  /// A CUDA device of this architecture, as `sm_90`, which generates all of its kernels but for
  /// attention and its gradient, whose scores it does not store, and for functions of rows, which
  /// it reads once.
  public static Target cuda(String architecture) {
    var composites = new HashSet<>(ATTENTION);
    RowFunction.all().forEach(f -> composites.add(f.name()));
    return new Target("cuda:" + architecture, composites, true, 64, true);
  }

  /// The reference evaluator: one operation at a time, in double precision.
  public static Target reference() {
    return new Target("reference", Set.of(), false, Integer.MAX_VALUE, false);
  }

  /// The target of this name.
  ///
  /// @throws GraphException when there is none, listing the names
  public static Target named(String name) {
    return switch (name) {
      case "cpu" -> cpu();
      case "reference" -> reference();
      case String cuda when cuda.matches("cuda:sm_[0-9]{2,3}") -> cuda(cuda.substring(5));
      default ->
          throw new GraphException(
              "no target \"" + name + "\"; known are cpu, reference, cuda:sm_80 and its like");
    };
  }

  /// True where the device has a kernel for the composite, with the types and sizes it has here.
  public boolean claims(Composite composite) {
    return composites.contains(composite.name())
        && (!ATTENTION.contains(composite.name()) || suits(composite))
        && RowFunction.of(composite).map(f -> f.suits(composite)).orElse(true);
  }

  /// True for the attention that kernels are written for: arrays of one type of floats, scale and
  /// sums in f32, products in the arrays' type, and heads of one of their sizes; scores that
  /// something is added to are those of f32.
  private static boolean suits(Composite composite) {
    Graph attention = composite.body();
    var types = attention.inputTypes();
    var q = types.get(0);
    var v = types.get(2);
    boolean isWide = q.dtype() == DType.F32;
    boolean isNarrow = q.dtype() == DType.BF16 || q.dtype() == DType.F16;
    return (isWide || isNarrow && !composite.name().equals(BIASED))
        && types.subList(0, 3).stream().allMatch(t -> t.dtype() == q.dtype() && t.size() > 0)
        && types.get(3).dtype() == DType.F32
        && HEAD_SIZES.contains(q.shape().dim(q.shape().rank() - 1))
        && q.shape().dim(q.shape().rank() - 1) == v.shape().dim(v.shape().rank() - 1)
        && (!isWide
            || attention.nodes().stream()
                .noneMatch(n -> n.op() instanceof Cast && n.type().dtype().isFloat()));
  }
}
