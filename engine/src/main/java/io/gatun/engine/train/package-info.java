/// Data sets, the training loop, callbacks and progress on a terminal. Knows nothing of layers:
/// what is trained is a [io.gatun.engine.train.Learner].
package io.gatun.engine.train;
