package io.gatun.engine.profile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A run of an executable, for Flight Recorder.
@Name("io.gatun.Run")
@Label("Run")
@Category("Gatun")
@Description("A run of a compiled graph")
@StackTrace(false)
public final class RunEvent extends Event {
  @Label("Program")
  String program = "";

  @Label("Steps")
  int steps;

  @Label("Operations")
  @Description("Arithmetic operations on elements")
  long flops;

  @Label("Bytes")
  @Description("Bytes read and written, each array once a step")
  long bytes;

  /// An event that has not begun.
  RunEvent() {}
}
