/// The intermediate representation: operations as plain data, nodes as SSA values, immutable
/// graphs.
///
/// One text format serves every stage and round-trips through [GraphText]:
/// ```
/// %0:f32[4,3] = input "x"
/// %1:f32[4,3] = tanh %0
/// return "y" %1
/// ```
package io.gatun.graph.ir;
