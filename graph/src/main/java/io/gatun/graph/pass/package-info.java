/// Passes from graph to graph, and the pipeline that makes a graph ready for a target.
///
/// A pass is a loop over the nodes in topological order that rebuilds the graph in a new builder:
/// interning shares common subexpressions and `build` drops dead nodes, so no pass does either on
/// its own. No pass recurses over the graph.
package io.gatun.graph.pass;
