package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Index;

/// A row of values kept in a thread's scratch memory between two stages of a loop: the value at the
/// inner position `position` lies at `byteOffset + position * size`.
record RowBuffer(Ssa scratch, long byteOffset, String element, Index position) {

  Ssa read(Ir ir, ExprEmitter exprs, int u) {
    String type = Ssa.type(element, exprs.lanes().width());
    Ssa address = address(ir, exprs, u);
    return ir.emit(
        element,
        exprs.lanes().width(),
        "load " + type + ", " + address.typed() + ", align " + MemoryEmitter.bytes(element));
  }

  /// Writes whole vectors: a row has room for a last one that is not full.
  void write(Ir ir, ExprEmitter exprs, int u, Ssa value) {
    Ssa address = address(ir, exprs, u);
    ir.line(
        "store "
            + value.typed()
            + ", "
            + address.typed()
            + ", align "
            + MemoryEmitter.bytes(element));
  }

  private Ssa address(Ir ir, ExprEmitter exprs, int u) {
    Ssa row = ir.address(scratch, "i8", Ir.i64(byteOffset));
    Ssa start = ir.address(row, element, exprs.indices().scalar(position));
    return ir.address(start, element, Ir.i64((long) u * exprs.lanes().width()));
  }
}
