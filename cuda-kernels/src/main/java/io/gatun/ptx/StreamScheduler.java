package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Does the work of streams when somebody waits for it, in an order that the streams and events
/// allow and that a seed chooses. A program that relies on an order it did not ask for meets, with
/// some seed, one in which it fails.
final class StreamScheduler {
  private final Set<VirtualStream> streams = new LinkedHashSet<>();
  private final Random random;
  private final Consumer<StreamWork> runner;
  private final Map<VirtualStream, Integer> ranks = new HashMap<>();

  /// A scheduler without streams.
  ///
  /// @param runner does one piece of work, but events and graphs
  StreamScheduler(long seed, Consumer<StreamWork> runner) {
    this.random = new Random(seed);
    this.runner = runner;
  }

  void add(VirtualStream stream) {
    streams.add(stream);
  }

  /// Finishes a stream and forgets it.
  void remove(VirtualStream stream) {
    runUntil(stream::isEmpty);
    streams.remove(stream);
  }

  /// Does work until the condition holds; what remains stays for later.
  ///
  /// Half of the choices follow a rank of the streams that is drawn anew each time, so that orders
  /// in which one stream runs far ahead of the others are as likely as even ones.
  ///
  /// @throws CudaException where work fails
  void runUntil(BooleanSupplier done) {
    ranks.clear();
    while (!done.getAsBoolean()) {
      if (!step()) {
        throw new IllegalStateException("streams wait for events that were never recorded");
      }
    }
  }

  /// Does one piece of work, if any may be done.
  boolean step() {
    var ready = streams.stream().filter(VirtualStream::isReady).toList();
    if (ready.isEmpty()) {
      return false;
    }
    run(choose(ready).next());
    return true;
  }

  void runAll() {
    runUntil(() -> streams.stream().noneMatch(VirtualStream::isReady));
  }

  /// Drops all work.
  void clear() {
    streams.forEach(VirtualStream::clear);
  }

  private VirtualStream choose(List<VirtualStream> ready) {
    if (random.nextBoolean()) {
      return ready.get(random.nextInt(ready.size()));
    }
    var best = ready.getFirst();
    for (var stream : ready) {
      if (rank(stream) > rank(best)) {
        best = stream;
      }
    }
    return best;
  }

  private int rank(VirtualStream stream) {
    return ranks.computeIfAbsent(stream, added -> random.nextInt());
  }

  private void run(StreamWork work) {
    switch (work) {
      case StreamWork.Record record -> record.mark().reach();
      case StreamWork.Graph graph -> run(graph.nodes());
      case StreamWork.Wait _ -> throw new IllegalStateException("a wait is no work");
      case StreamWork.ToDevice _,
          StreamWork.ToHost _,
          StreamWork.OnDevice _,
          StreamWork.Fill _,
          StreamWork.Launch _,
          StreamWork.Free _ ->
          runner.accept(work);
    }
  }

  private void run(List<GraphNode> nodes) {
    var missing = new int[nodes.size()];
    var followers = new ArrayList<List<Integer>>();
    var ready = new ArrayList<Integer>();
    for (var i = 0; i < nodes.size(); i++) {
      followers.add(new ArrayList<>());
      missing[i] = nodes.get(i).after().size();
      if (missing[i] == 0) {
        ready.add(i);
      }
      for (var before : nodes.get(i).after()) {
        followers.get(before).add(i);
      }
    }
    while (!ready.isEmpty()) {
      var node = ready.remove(random.nextInt(ready.size()));
      runner.accept(nodes.get(node).work());
      for (var follower : followers.get(node)) {
        if (--missing[follower] == 0) {
          ready.add(follower);
        }
      }
    }
  }
}
