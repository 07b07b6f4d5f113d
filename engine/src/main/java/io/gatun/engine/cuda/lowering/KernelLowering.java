package io.gatun.engine.cuda.lowering;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.kernel.Var;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Turns kernels into device code.
///
/// @param device what the launches are fitted to
public record KernelLowering(DeviceShape device) {
  /// What is known of a kernel's memory.
  ///
  /// @param isAligned whether a buffer starts at a multiple of 16 bytes
  /// @param share whether two buffers lie at one place
  public record Memory(IntPredicate isAligned, BiPredicate<Integer, Integer> share) {}

  /// The device code of a kernel; empty for one that stores nothing, and for the kinds that are no
  /// single kernel: loops over plans, and operations of the reference evaluator. Of the composites
  /// that a CUDA target claims, those of attention are lowered here; see [ReadyCall] for others.
  public Optional<Lowered> lower(Kernel kernel, Memory memory) {
    var buffers = new Buffers(kernel, memory.isAligned());
    return switch (kernel) {
      case LoopKernel k when isEmpty(k) -> Optional.empty();
      case LoopKernel k when k.inner().isEmpty() && isMap(k) ->
          Optional.of(new MapLowering(k, buffers, device).lower());
      case LoopKernel k -> Optional.of(new LoopLowering(k, buffers, device).lower());
      case LoopsKernel k -> Optional.of(new LoopsLowering(k, memory, device).lower());
      case ContractKernel k when points(k.batch(), k.m(), k.n()) == 0 -> Optional.empty();
      case ContractKernel k -> Optional.of(new ContractLowering(k, buffers, device).lower());
      case ScatterKernel k when points(k.outer(), List.of(k.row()), k.inner()) == 0 ->
          Optional.empty();
      case ScatterKernel k ->
          Optional.of(new ScatterLowering(k, buffers, memory.share(), device).lower());
      case SortKernel k when points(k.outer()) * k.count() == 0 -> Optional.empty();
      case SortKernel k -> Optional.of(new SortLowering(k, buffers, device).lower());
      case ReferenceKernel k when Claimed.of(k).filter(Claimed::isAttention).isPresent() ->
          attention(Claimed.of(k).orElseThrow(), buffers, memory);
      case ScanKernel _, ReferenceKernel _ -> Optional.empty();
    };
  }

  /// Empty where its arrays are not aligned.
  private static Optional<Lowered> attention(Claimed call, Buffers buffers, Memory memory) {
    return IntStream.range(0, call.buffers().size()).allMatch(memory.isAligned())
        ? Optional.of(new AttentionLowering(call, buffers).lower())
        : Optional.empty();
  }

  private static boolean isMap(LoopKernel kernel) {
    return kernel.stages().size() == 1
        && kernel.stages().getFirst().folds().isEmpty()
        && kernel.finals().isEmpty();
  }

  private static boolean isEmpty(LoopKernel kernel) {
    return points(kernel.outer()) == 0 || kernel.finals().isEmpty() && points(kernel.inner()) == 0;
  }

  @SafeVarargs
  private static long points(List<Var>... variables) {
    long points = 1;
    for (List<Var> some : variables) points *= ContractKernel.size(some);
    return points;
  }
}
