package io.gatun.engine.profile;

import io.gatun.graph.plan.Cost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a step of a plan took.
///
/// @param index in its plan
/// @param what its loops, operations and costs in a line, as [io.gatun.graph.plan.PlanText] says it
/// @param times how often it ran in a run of the whole plan: more than once in the body of a loop
/// @param nanos mean time of one of these, in nanoseconds
/// @param least the least time
/// @param cost of one
/// @param operations that were fused into it, in order
/// @param sources what they were made from, see [io.gatun.graph.ir.Node#source]; where the graph
///     says nothing, the nodes of the lowered graph
/// @param body the steps of a loop's body
public record StepProfile(
    int index,
    String what,
    double times,
    double nanos,
    double least,
    Cost cost,
    List<String> operations,
    List<String> sources,
    List<StepProfile> body) {
  public StepProfile {
    operations = List.copyOf(operations);
    sources = List.copyOf(sources);
    body = List.copyOf(body);
  }

  /// Its part of a run of the whole plan, in nanoseconds.
  public double nanosOfRun() {
    return times * nanos;
  }

  /// Operations in 10^9 a second.
  public double gflops() {
    return cost.flops() / nanos;
  }

  /// Bytes read and written in 10^9 a second.
  public double gigabytes() {
    return cost.bytes() / nanos;
  }

  /// The part of the roofline that it reaches: 1 where it could not be faster.
  public double fraction(Roofline roofline) {
    return roofline.nanos(cost) / nanos;
  }

  Map<String, Object> json(PlanProfile profile) {
    var map = new LinkedHashMap<String, Object>();
    map.put("step", index);
    map.put("what", what);
    map.put("us", 1e-3 * nanos);
    map.put("best_us", 1e-3 * least);
    map.put("times", times);
    map.put("share", profile.share(this));
    map.put("flops", cost.flops());
    map.put("bytes", cost.bytes());
    map.put("gflops", gflops());
    map.put("gigabytes_per_second", gigabytes());
    profile
        .roofline()
        .ifPresent(
            roofline -> {
              map.put("roofline", fraction(roofline));
              map.put("bound", roofline.isComputeBound(cost) ? "compute" : "memory");
            });
    map.put("operations", operations);
    map.put("sources", sources);
    if (!body.isEmpty()) map.put("body", body.stream().map(s -> s.json(profile)).toList());
    return map;
  }
}
