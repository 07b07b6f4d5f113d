package io.gatun.engine.example;

import io.gatun.engine.cli.Console;
import java.io.PrintStream;

/// Where an example writes.
///
/// @param log what people read of the course of the training
record Terminal(Console console, PrintStream log) {}
