/// The virtual GPU: runs the PTX that nvcc or NVRTC printed, in Java, in lock step of warps, with
/// the checks that hardware lacks.
///
/// [PtxParser] reads the text into a [PtxModule] of [PtxKernel]s and rejects, with the line,
/// whatever it does not know; a [VirtualGpu] launches them on its [DeviceMemory]; a mistake of a
/// kernel is a [GpuFault] that names kernel, block, thread, PTX line, source line, allocation and
/// offset.
///
/// Semantics are those of the PTX ISA 9.0 manual. What is not shown: true speed, mistakes of the
/// assembler, weak memory order between blocks, and the exact rounding of tensor cores and of the
/// `.approx` functions (here correctly rounded).
package io.gatun.ptx;
