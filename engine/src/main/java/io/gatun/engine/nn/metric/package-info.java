/// Figures that tell how well a model does.
package io.gatun.engine.nn.metric;
