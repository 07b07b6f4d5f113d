/// Optimizers and learning-rate schedules.
package io.gatun.engine.nn.optimizer;
