/// Patterns of primitives that mean a named function, as other programs write them into files:
/// [io.gatun.graph.pattern.RecoverNames] puts the names back.
package io.gatun.graph.pattern;
