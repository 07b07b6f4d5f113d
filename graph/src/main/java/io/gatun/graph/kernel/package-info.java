/// What a kernel computes, as data: loop variables, integer index expressions and scalar programs.
/// [KernelBuilder] turns the nodes of a fused group into one [Kernel]; a device prints it in its
/// own language. Every movement operation has become index arithmetic here, so it costs nothing.
package io.gatun.graph.kernel;
