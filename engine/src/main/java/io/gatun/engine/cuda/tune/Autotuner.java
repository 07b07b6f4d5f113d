package io.gatun.engine.cuda.tune;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaDriver.Event;
import io.gatun.cuda.CudaDriver.GraphExecutable;
import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.CudaException;
import io.gatun.engine.EngineException;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cache.ObjectCache;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Finds the fastest of several ways to do some work, by the device's own clock (events), and keeps
/// the answer on disk by device, driver, problem and candidates.
///
/// Each candidate runs twice as it is, to load its code and to be timed roughly, then as plans run:
/// captured in graphs that last about [#BATCH_MILLISECONDS], so that neither the host's calls count
/// nor does it go unseen that two launches wait for each other where one does not. The median graph
/// counts. A candidate that fails is out; where the failure
/// costs the context, it is passed on. Not to be used while a stream is captured.
///
/// @param driver whose context is current
/// @param device name of the device
/// @param cache where there is none, each process measures anew
public record Autotuner(CudaDriver driver, String device, Optional<ObjectCache> cache) {
  private static final int BATCHES = 5;
  private static final float BATCH_MILLISECONDS = 2;
  private static final int MOST_REPETITIONS = 200;

  /// Names the form of the entries; a new one where measuring changes.
  private static final String FORM = "tuning 3";

  /// The fastest candidate. A single one is taken unmeasured.
  ///
  /// @param problem tells the work from other work: sizes, types, layouts, versions of libraries,
  ///     hashes of kernels
  /// @throws EngineException where every candidate fails, with what each said
  public Candidate fastest(String problem, List<Candidate> candidates, Stream stream) {
    if (candidates.isEmpty()) throw new IllegalArgumentException("no candidates for " + problem);
    if (candidates.size() == 1) return candidates.getFirst();
    String key = key(problem, candidates);
    return known(key, candidates)
        .orElseGet(
            () -> {
              var best = measure(problem, candidates, stream);
              cache.ifPresent(c -> c.put(key, best.name().getBytes(StandardCharsets.UTF_8)));
              return best;
            });
  }

  private Optional<Candidate> known(String key, List<Candidate> candidates) {
    return cache
        .flatMap(c -> c.get(key))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .flatMap(name -> candidates.stream().filter(c -> c.name().equals(name)).findFirst());
  }

  private String key(String problem, List<Candidate> candidates) {
    var parts = new ArrayList<>(List.of(FORM, device, "driver " + driver.version(), problem));
    candidates.forEach(candidate -> parts.add(candidate.name()));
    return ContentKey.sha256(parts);
  }

  private Candidate measure(String problem, List<Candidate> candidates, Stream stream) {
    var start = driver.createEvent();
    var end = driver.createEvent();
    try {
      Optional<Candidate> best = Optional.empty();
      float least = Float.POSITIVE_INFINITY;
      var failures = new StringBuilder();
      for (var candidate : candidates) {
        try {
          float time = new Clock(driver, stream, start, end).median(candidate);
          if (time < least) {
            least = time;
            best = Optional.of(candidate);
          }
        } catch (CudaException e) {
          if (e.isSticky()) throw e;
          failures.append("\n  ").append(candidate.name()).append(": ").append(e.getMessage());
        }
      }
      return best.orElseThrow(
          () -> new EngineException("no candidate works for " + problem + ":" + failures));
    } finally {
      driver.destroy(start);
      driver.destroy(end);
    }
  }

  private record Clock(CudaDriver driver, Stream stream, Event start, Event end) {
    /// Milliseconds of one launch.
    float median(Candidate candidate) {
      timed(() -> candidate.launch().accept(stream));
      float once = timed(() -> candidate.launch().accept(stream));
      int repetitions =
          (int) Math.clamp(BATCH_MILLISECONDS / Math.max(once, 1e-6f), 1, MOST_REPETITIONS);
      var graph = captured(candidate, repetitions);
      try {
        driver.launch(graph, stream);
        var times = new float[BATCHES];
        for (int i = 0; i < BATCHES; i++) {
          times[i] = timed(() -> driver.launch(graph, stream)) / repetitions;
        }
        Arrays.sort(times);
        return times[BATCHES / 2];
      } finally {
        driver.destroy(graph);
      }
    }

    private GraphExecutable captured(Candidate candidate, int repetitions) {
      var graph =
          CudaDriver.captured(
              driver,
              stream,
              () -> {
                for (int i = 0; i < repetitions; i++) candidate.launch().accept(stream);
              });
      try {
        return driver.instantiate(graph);
      } finally {
        driver.destroy(graph);
      }
    }

    private float timed(Runnable work) {
      driver.record(start, stream);
      work.run();
      driver.record(end, stream);
      driver.synchronize(end);
      return driver.milliseconds(start, end);
    }
  }
}
