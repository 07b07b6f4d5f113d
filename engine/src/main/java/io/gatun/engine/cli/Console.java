package io.gatun.engine.cli;

import java.io.PrintStream;

/// Where a command writes: results to `out`, what it is doing to `err`.
public record Console(PrintStream out, PrintStream err) {}
