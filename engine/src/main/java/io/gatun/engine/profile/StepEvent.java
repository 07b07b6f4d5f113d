package io.gatun.engine.profile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A step of a run, for Flight Recorder; recorded only where the recording's settings enable it,
/// since there are many.
@Name("io.gatun.Step")
@Label("Step")
@Category("Gatun")
@Description("A step of a run, that is one kernel or one loop")
@Enabled(false)
@StackTrace(false)
public final class StepEvent extends Event {
  @Label("Program")
  String program = "";

  @Label("Step")
  @Description("Index in the plan; that of a step in a loop's body after the loop's and a dot")
  String step = "";

  @Label("Operations")
  @Description("What was fused into the step")
  String operations = "";

  @Label("Sources")
  @Description("What the step was made from: nodes of the model's file, or of the lowered graph")
  String sources = "";

  @Label("Flops")
  @Description("Arithmetic operations on elements")
  long flops;

  @Label("Bytes")
  @Description("Bytes read and written")
  long bytes;

  /// An event that has not begun.
  StepEvent() {}
}
