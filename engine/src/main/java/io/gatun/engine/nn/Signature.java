package io.gatun.engine.nn;

import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.OptionalInt;

/// What a tracing of a network tells of it from outside.
///
/// @param outputs type of one sample of each output
/// @param indexLimits for each input the number that its elements must be below, where they are
///     embedded
record Signature(List<TensorType> outputs, List<OptionalInt> indexLimits) {}
