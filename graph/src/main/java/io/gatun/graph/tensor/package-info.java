/// Element types, shapes, and the two plain holders of data: the reference array and the literal.
package io.gatun.graph.tensor;
