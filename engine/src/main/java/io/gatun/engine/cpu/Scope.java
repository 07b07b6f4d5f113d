package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The loop nest that is being written. Each level has a frame: its text so far and the values that
/// it has computed. A value is placed in the outermost frame that knows what it depends on, so
/// nothing is computed again in an inner loop.
final class Scope {
  private record Binding(int depth, Ssa value) {}

  private static final class Frame {
    final StringBuilder out = new StringBuilder();
    final Map<Object, Ssa> known = new HashMap<>();
  }

  /// Loops of no more rounds may be unrolled.
  private static final long SHORT = 8;

  private final Ir ir;
  private final List<Frame> frames = new ArrayList<>();
  private final Map<Object, Binding> bindings = new HashMap<>();
  private long version;
  private boolean keepsLoops;

  /// A scope whose outermost frame is the function's body.
  Scope(Ir ir) {
    this.ir = ir;
    push();
  }

  /// Depth of the innermost frame.
  int depth() {
    return frames.size() - 1;
  }

  /// Grows with each binding: what was derived from the bindings before is out of date.
  long version() {
    return version;
  }

  /// Gives a variable, or a fold (by its number), its value at this level. A loop variable along
  /// the lanes is bound to its value in lane 0.
  void bind(Object name, Ssa value) {
    var before = bindings.put(name, new Binding(depth(), value));
    // What is known in this frame may have been derived from the value before.
    if (before != null && !before.value.equals(value)) frames.getLast().known.clear();
    version++;
  }

  Ssa value(Object name) {
    return bindings.get(name).value;
  }

  /// Depth of the frame that bound this variable or fold.
  int depth(Object name) {
    return Optional.ofNullable(bindings.get(name))
        .orElseThrow(() -> new IllegalStateException("unbound: " + name))
        .depth;
  }

  /// The value known under this key in the frame at `depth`, computed there on first use.
  Ssa known(int depth, Object key, Supplier<Ssa> make) {
    Frame frame = frames.get(depth);
    Ssa value = frame.known.get(key);
    if (value == null) {
      StringBuilder back = ir.insertionPoint();
      ir.moveTo(frame.out);
      value = make.get();
      ir.moveTo(back);
      frame.known.put(key, value);
    }
    return value;
  }

  /// Text of the whole nest.
  String text() {
    return frames.getFirst().out.toString();
  }

  private void push() {
    var frame = new Frame();
    frames.add(frame);
    ir.moveTo(frame.out);
  }

  private StringBuilder pop() {
    var text = frames.removeLast().out;
    ir.moveTo(frames.getLast().out);
    return text;
  }

  /// `for (i = from; i < to; i += step)`, entered without a test where `certain`.
  void loop(Ssa from, Ssa to, long step, boolean certain, Consumer<Ssa> body) {
    String slot = ir.slot("i64");
    String head = ir.fresh("loop");
    String exit = ir.fresh("exit");
    push();
    ir.label(head);
    Ssa i = ir.loadSlot(slot, "i64", 1);
    body.accept(i);
    Ssa next = ir.binary("add nuw nsw", i, step);
    ir.storeSlot(slot, next);
    Ssa again = ir.binary("icmp slt", next, to);
    ir.line(
        "br i1 %s, label %%%s, label %%%s%s".formatted(again, head, exit, hint(from, to, step)));
    StringBuilder text = pop();
    ir.storeSlot(slot, from);
    if (certain) ir.branch(head);
    else ir.branch(ir.binary("icmp slt", from, to), head, exit);
    ir.insertionPoint().append(text);
    ir.label(exit);
  }

  /// Loops written from here on are not unrolled unless they are short: their bodies are wide
  /// enough, and unrolling a whole row would spill it.
  void keepLoops() {
    keepsLoops = true;
  }

  private String hint(Ssa from, Ssa to, long step) {
    boolean isKnown = !from.text().startsWith("%") && !to.text().startsWith("%");
    boolean isShort =
        isKnown && Long.parseLong(to.text()) - Long.parseLong(from.text()) <= SHORT * step;
    return !keepsLoops || isShort ? "" : ", !llvm.loop " + IrModule.KEPT_LOOP;
  }

  /// Runs `body` in a frame of its own, where `condition` holds.
  void when(Ssa condition, Runnable body) {
    String then = ir.fresh("then");
    String exit = ir.fresh("exit");
    push();
    ir.label(then);
    body.run();
    ir.branch(exit);
    StringBuilder text = pop();
    ir.branch(condition, then, exit);
    ir.insertionPoint().append(text);
    ir.label(exit);
  }

  /// Runs `body` in a frame of its own, without a branch.
  void block(Runnable body) {
    push();
    body.run();
    StringBuilder text = pop();
    ir.insertionPoint().append(text);
  }

  /// Binds each variable by a loop over its extent, outermost first, around `body`.
  void nest(List<Var> variables, Runnable body) {
    if (variables.isEmpty()) {
      block(body);
      return;
    }
    Var first = variables.getFirst();
    loop(
        Ir.i64(0),
        Ir.i64(first.extent()),
        1,
        true,
        i -> {
          bind(first, i);
          nest(variables.subList(1, variables.size()), body);
        });
  }
}
