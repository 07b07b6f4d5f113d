package io.gatun.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedConstantsTest {
  private final SharedConstants constants = new SharedConstants();
  private final List<Long> released = new ArrayList<>();
  private long made;

  private SharedConstants.Block make() {
    long address = ++made;
    return new SharedConstants.Block(address, () -> released.add(address));
  }

  private SharedConstants.Held acquire(String form, Literal... sources) {
    return constants.acquire(form, List.of(sources), this::make);
  }

  private static Literal literal(double... values) {
    return Literal.of(TensorType.f32(values.length), values);
  }

  @Test
  void aBlockIsMadeOnceForTheSameFormOfEqualConstants() {
    var one = acquire("panels", literal(1, 2), literal(3));
    assertEquals(one.address(), acquire("panels", literal(1, 2), literal(3)).address());
    assertNotEquals(one.address(), acquire("rows", literal(1, 2), literal(3)).address());
    assertNotEquals(one.address(), acquire("panels", literal(1, 2)).address());
    assertNotEquals(one.address(), acquire("panels", literal(1, 2), literal(4)).address());
    assertEquals(4, constants.size());
  }

  /// Their hash codes look at some elements only.
  @Test
  void constantsThatDifferInOneElementAreTwo() {
    var zeros = new double[1000];
    var other = zeros.clone();
    other[13] = 1;
    assertEquals(literal(zeros).hashCode(), literal(other).hashCode());
    assertNotEquals(acquire("a", literal(zeros)).address(), acquire("a", literal(other)).address());
  }

  @Test
  void theLastHolderReleasesIt() {
    var one = acquire("panels", literal(1));
    var two = acquire("panels", literal(1));
    one.close();
    one.close();
    assertEquals(List.of(), released);
    assertEquals(two.address(), acquire("panels", literal(1)).address());
    two.close();
    assertEquals(List.of(), released);
    assertEquals(1, constants.size());
  }

  @Test
  void whatWasReleasedIsMadeAnew() {
    acquire("panels", literal(1)).close();
    assertEquals(List.of(1L), released);
    assertEquals(0, constants.size());
    assertEquals(2, acquire("panels", literal(1)).address());
  }

  /// Its memory may hold other weights by now.
  @Test
  void aConstantWhoseMemoryIsGoneEqualsNone() {
    long first;
    try (var arena = Arena.ofConfined()) {
      var data = arena.allocate(4);
      first = acquire("panels", Literal.of(TensorType.f32(1), data)).address();
    }
    assertNotEquals(first, acquire("panels", literal(0)).address());
  }

  @Test
  void aFailureLeavesNothing() {
    var sources = List.of(literal(1));
    assertThrows(
        OutOfMemoryError.class,
        () ->
            constants.acquire(
                "panels",
                sources,
                () -> {
                  throw new OutOfMemoryError();
                }));
    assertEquals(0, constants.size());
  }
}
