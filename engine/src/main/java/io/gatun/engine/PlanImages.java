package io.gatun.engine;

import io.gatun.graph.plan.Plan;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/// Makes plans ready to run whose images were kept: nothing is compiled for them.
public interface PlanImages {
  /// What images depend on beside the graph: the processor, the compiler of kernels.
  String identity();

  /// The executable that an image was made of. An image has machine code in it: one that somebody
  /// else could have written is not to be read.
  ///
  /// @param image what [Executable#image] gave, which must stay as it is
  /// @param files those that the image was made with
  /// @param plan compiles what the executable runs, for those who ask [Executable#plan]
  /// @throws DamagedImageException when the image is not whole
  /// @throws EngineException when memory does not suffice
  Executable read(MemorySegment image, ConstantFiles files, Supplier<Plan> plan)
      throws DamagedImageException;
}
