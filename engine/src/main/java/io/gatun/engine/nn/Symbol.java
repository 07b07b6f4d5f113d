package io.gatun.engine.nn;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// What flows between the blocks of a [Functional] network while it is written down: an input, or
/// the result of a block. Two symbols are the same only if they are the same object.
public final class Symbol {
  private final Optional<TensorType> input;
  private final String name;
  private final Optional<Block> block;
  private final List<Symbol> operands;

  private Symbol(
      Optional<TensorType> input, String name, Optional<Block> block, List<Symbol> operands) {
    this.input = input;
    this.name = name;
    this.block = block;
    this.operands = List.copyOf(operands);
  }

  /// An input with samples of this type.
  public static Symbol input(String name, TensorType sample) {
    return new Symbol(Optional.of(sample), name, Optional.empty(), List.of());
  }

  /// An input with `f32` samples of this shape.
  public static Symbol input(String name, Shape sample) {
    return input(name, new TensorType(DType.F32, sample));
  }

  /// The result of a block. A block that is applied twice under one name ([Block#named]) has the
  /// same variables in both places; without a name each place has its own.
  public static Symbol of(Block block, Symbol... operands) {
    return new Symbol(Optional.empty(), "", Optional.of(block), List.of(operands));
  }

  /// The result of a layer for this operand.
  public Symbol then(Layer layer) {
    return of(layer, this);
  }

  /// The result of layers, one after the other.
  public Symbol then(Layer first, Layer... others) {
    var symbol = then(first);
    for (var layer : others) symbol = symbol.then(layer);
    return symbol;
  }

  Optional<TensorType> input() {
    return input;
  }

  String name() {
    return name;
  }

  Optional<Block> block() {
    return block;
  }

  List<Symbol> operands() {
    return operands;
  }
}
