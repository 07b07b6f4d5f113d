package io.gatun.engine.cuda.tune;

import io.gatun.cuda.CudaDriver.Stream;
import java.util.function.Consumer;

/// One way to do some work.
///
/// @param name tells it from the others, and between runs of the program: `cublasLt 1`
/// @param launch puts the work into a stream; it is repeated, so it must not depend on its own
///     result
public record Candidate(String name, Consumer<Stream> launch) {}
