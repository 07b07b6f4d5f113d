package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;
import java.util.Map;

/// The place of every stored value, and the bytes of the arena that holds the intermediate ones.
/// Two values that live at the same time never overlap.
public record MemoryPlan(Map<Node, Place> places, long arenaBytes) {}
