/// From a lowered graph to a plan: fusion into groups, their order, and the place of every value.
/// [Compiler] is the facade; a [Plan] is all that a device ever sees.
package io.gatun.graph.plan;
