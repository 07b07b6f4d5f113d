package io.gatun.engine.nn;

import io.gatun.graph.ir.Random;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The numbers that [Random] gives on a device under the same key and counters 0, 1, 2 ..., drawn
/// on the host.
final class HostRandom {
  private static final int CHUNK = 1024;
  private static final int WORDS_IN_BLOCK = 4;
  private static final Random UNIFORM = new Random(Random.Kind.UNIFORM, Shape.of(CHUNK));

  private final NdArray key;
  private NdArray chunk;
  private long counter;
  private int next = CHUNK;

  HostRandom(long key) {
    this.key = NdArray.ofLongs(TensorType.of(DType.I64), _ -> key);
    chunk = NdArray.of(TensorType.f32(0));
  }

  /// The key of a stream of its own for each seed and name: FNV-1a of the name, mixed with the seed
  /// by the finalizer of SplitMix64.
  static long key(long seed, String name) {
    return mix(seed ^ hash(name));
  }

  static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    return mix(hash);
  }

  private static long mix(long x) {
    x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
    x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
    return x ^ x >>> 31;
  }

  /// The next number in [0, 1).
  double uniform() {
    if (next == CHUNK) {
      long from = counter;
      chunk = UNIFORM.evaluate(List.of(key, NdArray.ofLongs(key.type(), _ -> from)));
      counter += CHUNK / WORDS_IN_BLOCK;
      next = 0;
    }
    return chunk.at(next++);
  }

  /// A standard normal number from two uniform ones (Box and Muller 1958).
  double normal() {
    double radius = Math.sqrt(-2 * Math.log1p(-uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  }
}
