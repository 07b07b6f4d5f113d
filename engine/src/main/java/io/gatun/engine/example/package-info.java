/// Worked examples: each class is one command, `gatun train NAME`, and meant to be read. It says
/// what it learns from, builds a network, trains it and reports figures, some of them with a goal;
/// what all have in common (options, folders, resuming, pictures, the verdict) is [Example]'s.
package io.gatun.engine.example;
