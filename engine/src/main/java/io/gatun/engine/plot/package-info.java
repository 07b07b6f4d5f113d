/// Pictures of data, of a training run and of what came of it, drawn without a screen: curves,
/// grids of images and predictions, a confusion matrix, points in the plane.
package io.gatun.engine.plot;
