package io.gatun.engine.cuda.library;

/// Device addresses of a convolution's image `x`, filter `w` and result `y`, or of their gradients;
/// aligned to 16 bytes. Which of them is written is told by [Convolution.Part].
public record ConvolutionPointers(long x, long w, long y) {}
