/// Reverse-mode differentiation from graph to graph: [Gradient] walks it, `Derivatives` holds every
/// rule. Gradients are values like any other, so they can be differentiated again.
package io.gatun.graph.autodiff;
