package io.gatun.kernels;

import java.util.List;
import java.util.stream.Stream;

/// The ready-made kernels. Those with a hole for whole expressions (maps, folds, contractions) are
/// not here: the compiler writes their launches. Plans call the compiler's also for steps of
/// optimizers and norms of gradients over many tensors, which move the same bytes and take in what
/// is around them, and for embeddings, whose rows are an index of other kernels. The ready-made
/// ones of these, and those of batch norm, pooling, scans and sorts, are for callers of their own
/// (`Device.kernels()` of the engine), and yardsticks.
public record KernelCatalogue(List<Kernel> kernels) {
  public KernelCatalogue {
    kernels = List.copyOf(kernels);
  }

  /// All kernels of this module.
  public static KernelCatalogue standard() {
    return new KernelCatalogue(
        Stream.of(
                RowKernels.all(),
                NormalizationKernels.all(),
                ElementKernels.all(),
                MovementKernels.all(),
                OrderKernels.all(),
                PoolingKernels.all(),
                OptimizerKernels.all())
            .flatMap(List::stream)
            .toList());
  }

  /// The kernel whose entry has this name.
  ///
  /// @throws IllegalArgumentException when there is none
  public Kernel named(String name) {
    return kernels.stream()
        .filter(kernel -> kernel.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no kernel \"" + name + "\""));
  }

  /// The first kernel of an operation that suits these sizes.
  ///
  /// @throws IllegalArgumentException when there is none, listing what there is
  public Kernel select(String operation, ElementType type, Sizes sizes) {
    var candidates =
        kernels.stream().filter(k -> k.operation().equals(operation) && k.type() == type).toList();
    return candidates.stream()
        .filter(kernel -> kernel.accepts().test(sizes))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no kernel for %s of %s with sizes %s among %s"
                        .formatted(
                            operation,
                            type.text(),
                            sizes.values(),
                            candidates.stream().map(Kernel::name).toList())));
  }

  /// The files that hold kernels, each once.
  public List<String> files() {
    return kernels.stream().map(Kernel::file).distinct().toList();
  }
}
