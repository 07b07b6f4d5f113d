package io.gatun.engine.cuda.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaDriver.Event;
import io.gatun.cuda.CudaDriver.Graph;
import io.gatun.cuda.CudaDriver.GraphExecutable;
import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.engine.EngineException;
import io.gatun.engine.cache.ObjectCache;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutotunerTest {
  private static final Stream STREAM = new Stream(1);

  /// Milliseconds that the launches have taken so far.
  private float now;

  private int version = 13000;

  private final Map<String, Integer> launches = new HashMap<>();
  private final Map<Event, Float> times = new HashMap<>();
  private int live;

  /// What the graphs take, and the time at which the capture of one began.
  private final Map<Long, Float> graphs = new HashMap<>();

  private Optional<Float> outside = Optional.empty();

  private final CudaDriver driver =
      (CudaDriver)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {CudaDriver.class},
              (proxy, method, arguments) -> call(method.getName(), arguments));

  private Object call(String method, Object[] arguments) {
    return switch (method) {
      case "version" -> version;
      case "createEvent" -> new Event(++live);
      case "destroy" -> {
        live--;
        yield null;
      }
      case "record" -> {
        times.put((Event) arguments[0], now);
        yield null;
      }
      case "synchronize" -> null;
      case "beginCapture" -> {
        outside = Optional.of(now);
        yield null;
      }
      case "endCapture" -> {
        var graph = new Graph(++live);
        graphs.put(graph.handle(), now - outside.orElseThrow());
        now = outside.orElseThrow();
        outside = Optional.empty();
        yield graph;
      }
      case "instantiate" -> {
        live++;
        yield new GraphExecutable(((Graph) arguments[0]).handle());
      }
      case "launch" -> {
        now += graphs.get(((GraphExecutable) arguments[0]).handle());
        yield null;
      }
      case "milliseconds" -> times.get(arguments[1]) - times.get(arguments[0]);
      default -> throw new AssertionError("not for a tuner: " + method);
    };
  }

  /// Takes `first` milliseconds at its first launch, then `cost` each.
  private Candidate candidate(String name, float first, float cost) {
    return new Candidate(
        name,
        stream -> {
          assertEquals(STREAM, stream);
          now += launches.merge(name, 1, Integer::sum) == 1 ? first : cost;
        });
  }

  private static Candidate broken(String name, int code) {
    return new Candidate(
        name,
        stream -> {
          throw new CudaException("cuLaunchKernel", code, "it does not run");
        });
  }

  private Autotuner tuner(Optional<ObjectCache> cache) {
    return new Autotuner(driver, "Stand-in 0", cache);
  }

  private String fastest(Autotuner tuner, String problem, Candidate... candidates) {
    return tuner.fastest(problem, List.of(candidates), STREAM).name();
  }

  @Test
  void theFirstLaunchDoesNotCount() {
    var tuner = tuner(Optional.empty());
    assertEquals(
        "warm", fastest(tuner, "p", candidate("cold", 0, 0.5f), candidate("warm", 900, 0.4f)));
    assertEquals(0, live, "events are destroyed");
  }

  @Test
  void shortWorkIsRepeatedAndLongWorkIsNot() {
    fastest(tuner(Optional.empty()), "p", candidate("short", 0, 0.02f), candidate("long", 9, 9));
    assertEquals(102, launches.get("short"), "two as they are, and a graph of 2 ms");
    assertEquals(3, launches.get("long"));
    assertEquals(0, live, "graphs are destroyed");
  }

  @Test
  void aSingleCandidateIsNotMeasured() {
    assertEquals("only", fastest(tuner(Optional.empty()), "p", candidate("only", 1, 1)));
    assertEquals(Map.of(), launches);
  }

  @Test
  void theChoiceIsOnDisk(@TempDir Path folder) {
    var cache = Optional.of(new ObjectCache(folder, 1 << 20));
    Candidate[] both = {candidate("a", 1, 2), candidate("b", 1, 1)};
    assertEquals("b", fastest(tuner(cache), "p", both));
    launches.clear();
    assertEquals("b", fastest(tuner(cache), "p", both));
    assertEquals(Map.of(), launches);
    assertEquals("b", fastest(tuner(cache), "another problem", both));
    assertTrue(launches.get("a") > 0, "another problem is measured");
    launches.clear();
    assertEquals(
        "b",
        new Autotuner(driver, "another GPU", cache).fastest("p", List.of(both), STREAM).name());
    assertTrue(launches.get("a") > 0, "another device is measured");
    launches.clear();
    version = 13010;
    assertEquals("b", fastest(tuner(cache), "p", both));
    assertTrue(launches.get("a") > 0, "another driver is measured");
    launches.clear();
    assertEquals("c", fastest(tuner(cache), "p", both[0], both[1], candidate("c", 1, 0.5f)));
    assertTrue(launches.get("a") > 0, "a new candidate is measured against the old ones");
  }

  @Test
  void aCandidateThatFailsIsOut() {
    var tuner = tuner(Optional.empty());
    var broken = broken("broken", CudaResult.LAUNCH_OUT_OF_RESOURCES);
    assertEquals("works", fastest(tuner, "p", broken, candidate("works", 1, 1)));
    var e = assertThrows(EngineException.class, () -> fastest(tuner, "p", broken, broken));
    assertTrue(e.getMessage().contains("broken: cuLaunchKernel: it does not run"));
    assertEquals(0, live);
  }

  @Test
  void aCandidateThatCannotBeCapturedIsOut() {
    var broken =
        new Candidate(
            "broken",
            stream -> {
              now += 1;
              if (outside.isPresent()) {
                throw new CudaException(
                    "cuMemAlloc", CudaResult.STREAM_CAPTURE_UNSUPPORTED, "not here");
              }
            });
    var tuner = tuner(Optional.empty());
    assertEquals("works", fastest(tuner, "p", broken, candidate("works", 1, 5)));
    assertEquals(0, live, "what was captured is destroyed");
  }

  @Test
  void aLostContextIsPassedOn() {
    var lost = broken("lost", CudaResult.ILLEGAL_ADDRESS);
    var e =
        assertThrows(
            CudaException.class,
            () -> fastest(tuner(Optional.empty()), "p", lost, candidate("works", 1, 1)));
    assertEquals(CudaResult.ILLEGAL_ADDRESS, e.code());
  }
}
