/// Pictures of a training run, drawn without a screen: the learning curve and a grid of
/// predictions.
package io.gatun.engine.plot;
