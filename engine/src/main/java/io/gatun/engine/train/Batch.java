package io.gatun.engine.train;

import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Some samples of a data set: one tensor for each input, then for each target. Batches of one size
/// share the object `types`. Valid until the next one is taken.
public record Batch(int size, List<TensorType> types, List<Tensor> tensors) {}
