/// Event files of TensorBoard: [io.gatun.engine.tensorboard.EventWriter] writes scalars,
/// histograms, images, texts and graphs, the callback [io.gatun.engine.tensorboard.TensorBoard]
/// what there is to see of a training run.
///
/// The messages are those of TensorFlow's `event.proto`, `summary.proto`, `graph.proto` and what
/// they refer to; only the fields that TensorBoard reads are written.
package io.gatun.engine.tensorboard;
