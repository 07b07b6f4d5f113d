package io.gatun.engine;

import io.gatun.cuda.Argument;
import io.gatun.kernels.Kernel;
import io.gatun.kernels.KernelCatalogue;
import io.gatun.kernels.Sizes;
import java.util.Map;

/// The ready-made kernels of a GPU, for launches of one's own on tensors: steps of optimizers over
/// many tensors, norms of gradients, embeddings, batch norm, pooling, scans, sorts, top-k and
/// others. What each computes, of which shapes, stands at the head of its file in
/// `cuda-kernels/src/main/cuda`.
///
/// A plan needs none of this: it calls the kernels that it has use for itself, and the compiler
/// writes the others together with what is around them.
public interface ReadyKernels {
  /// All kernels, found by name or by operation, type and sizes.
  default KernelCatalogue catalogue() {
    return KernelCatalogue.standard();
  }

  /// Launches a kernel and waits until it is done.
  ///
  /// @param sizes those that its arrays and integers are named by
  /// @param arrays by the names of the kernel's parameters: tensors of this device
  ///     ([Device#allocate(String, io.gatun.graph.tensor.TensorType)]), whose type is the caller's
  ///     business; what is written may lie over what is read where the file says so
  /// @param others floats, structs, integers that are no sizes, and null pointers for arrays that
  ///     the kernel does without, by name
  /// @throws EngineException when an array is missing, too small or not in the GPU's reach, when
  ///     sizes do not suit the kernel, or when the launch fails
  void run(Kernel kernel, Sizes sizes, Map<String, Tensor> arrays, Map<String, Argument> others);
}
