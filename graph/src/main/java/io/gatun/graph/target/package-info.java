/// What a device offers, as data: the compiler asks nothing else of it.
package io.gatun.graph.target;
