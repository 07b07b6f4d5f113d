package io.gatun.engine.train;

import io.gatun.graph.tensor.TensorType;

/// A change of samples that is drawn anew each time a sample comes up in training: augmentation.
/// Batches for training apply it; those for evaluation and prediction do not. What is drawn is a
/// function of the seed, the epoch and the index of the sample alone, so that the order, the size
/// of the batches, the number of threads and a stop in the middle do not change it; columns of one
/// data set draw the same for a sample, so that an image and its target turn alike.
public interface RowTransform {
  /// The transform at work on one thread, with the arrays that it needs.
  ///
  /// @param row type of one stored sample, `u8` or `f32`
  /// @throws io.gatun.engine.EngineException when it does not apply to such samples
  Worker worker(TensorType row);

  /// Transforms one sample after the other; for one thread.
  interface Worker {
    /// Changes a sample and allocates nothing.
    ///
    /// @param row its elements, row-major, in the units in which they are stored: not yet scaled,
    ///     bytes from 0 to 255. May be overwritten
    /// @return `row`, or an array of the worker's own that the next call overwrites; as long as
    ///     `row`. For samples of bytes it is rounded and clamped, if the batch is one of bytes
    float[] apply(float[] row, SampleRandom random);
  }
}
