/// Where the time of a plan goes: times of its steps against the roofline of the machine, traces
/// for Perfetto, events for Flight Recorder, and a page that draws the plan.
package io.gatun.engine.profile;
