/// Losses: how far predictions are from targets.
package io.gatun.engine.nn.loss;
