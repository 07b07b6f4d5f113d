package io.gatun.graph.plan;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.target.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Plans the body of one loop and where its arrays move. Nothing is copied that need not be:
/// sequences are read and stacks written where they lie, and a carry is read where the step before
/// wrote it, which is the stack where it is stacked, else one of two arrays in turn.
final class LoopPlanner {
  /// A result of the body: the node, and what is to become of it.
  private record Result(Node node, Optional<Node> array, boolean isStack) {}

  private final Group group;
  private final ScanKernel kernel;
  private final Scan scan;
  private final List<Result> results = new ArrayList<>();
  private final int[] sources;
  private final Plan body;

  LoopPlanner(Group group, ScanKernel kernel, Target target) {
    this.group = group;
    this.kernel = kernel;
    this.scan = kernel.scan();
    sources = new int[scan.carries()];
    chooseResults();
    body = Planner.plan(graph(), target);
  }

  /// The stacks; then for each carry where it is read next and, if wanted, its last value.
  private void chooseResults() {
    var written = new HashMap<Node, Integer>();
    for (Node array : kernel.results()) {
      int number = ((Scan) array.op()).output();
      if (number < scan.carries()) continue;
      written.putIfAbsent(next(number), results.size());
      results.add(new Result(next(number), Optional.of(array), true));
    }
    for (int i = 0; i < scan.carries(); i++) {
      int carry = i;
      var last =
          kernel.results().stream().filter(n -> ((Scan) n.op()).output() == carry).findFirst();
      var known = written.get(next(i));
      sources[i] = known == null ? results.size() : known;
      if (known == null) written.put(next(i), results.size());
      if (known == null || last.isPresent()) results.add(new Result(next(i), last, false));
    }
  }

  private Node next(int result) {
    return scan.body().outputs().get(result).node();
  }

  /// The body with the chosen results.
  private Graph graph() {
    var builder = new GraphBuilder();
    var inputs = scan.body().inputs().stream().map(n -> builder.add(n.op())).toList();
    var chosen = results.stream().map(r -> Output.of("", r.node())).toList();
    var outputs = new ArrayList<Output>();
    for (Node node : builder.inline(new Graph(scan.body().nodes(), chosen), inputs)) {
      outputs.add(Output.of("result" + outputs.size(), node));
    }
    return builder.build(outputs);
  }

  /// Memory of the loop beside its operands and results.
  long bytes() {
    long bytes = body.memory().arenaBytes();
    for (int i = 0; i < results.size(); i++) bytes += spares(i) * spareBytes(i);
    return bytes;
  }

  /// How many arrays result `i` alternates between beside the one it ends in.
  private int spares(int i) {
    var result = results.get(i);
    if (result.isStack() || !isSource(i)) return 0;
    return result.array().isPresent() ? 1 : 2;
  }

  private boolean isSource(int result) {
    for (int source : sources) if (source == result) return true;
    return false;
  }

  private long spareBytes(int i) {
    return MemoryPlan.align(results.get(i).node().type().bytes());
  }

  /// The step, when it is known where arrays lie: its own memory at `offset` in the arena.
  Step.Loop step(Function<Node, Place> places, long offset) {
    long spare = offset + body.memory().arenaBytes();
    var ofResults = new ArrayList<Track>();
    for (int i = 0; i < results.size(); i++) {
      var result = results.get(i);
      var place = result.array().map(places);
      int spares = spares(i);
      if (result.isStack()) {
        ofResults.add(sliced(place.get(), result.node()));
      } else if (spares == 0) {
        ofResults.add(new Track.Moving(place.get(), 0, 0));
      } else {
        Place other = new Place.InArena(spare);
        long second = spare + spareBytes(i);
        ofResults.add(
            new Track.Alternating(place.orElseGet(() -> new Place.InArena(second)), other));
      }
      spare += spares * spareBytes(i);
    }
    return new Step.Loop(group, body, scan.length(), arguments(places), ofResults, offset);
  }

  private List<Track> arguments(Function<Node, Place> places) {
    var tracks = new ArrayList<Track>();
    for (int i = 0; i < kernel.operands().size(); i++) {
      var place = places.apply(kernel.operands().get(i));
      if (i < scan.carries()) tracks.add(new Track.Carried(place, sources[i]));
      else if (scan.isSequence(i)) tracks.add(sliced(place, scan.body().inputs().get(i)));
      else tracks.add(new Track.Moving(place, 0, 0));
    }
    return tracks;
  }

  private Track sliced(Place place, Node slice) {
    long bytes = slice.type().bytes();
    return new Track.Moving(place, scan.time(0) * bytes, scan.reverse() ? -bytes : bytes);
  }

  /// The copies that are left of a loop without steps: each carry is its last value.
  static List<Step> withoutSteps(ScanKernel kernel, Map<Node, Place> places) {
    var steps = new ArrayList<Step>();
    for (Node array : kernel.results()) {
      int number = ((Scan) array.op()).output();
      if (number >= kernel.scan().carries()) continue;
      var from = places.get(kernel.operands().get(number));
      steps.add(new Step.Copy(from, places.get(array), array.type().bytes()));
    }
    return steps;
  }
}
