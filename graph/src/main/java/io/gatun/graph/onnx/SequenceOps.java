package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Sequences and optional values, which exist while a model is imported only.
final class SequenceOps {
  private SequenceOps() {}

  static void register(Registry r) {
    r.any("SequenceEmpty", _ -> List.of(new OnnxValue.Sequence(List.of())));
    r.any("SequenceConstruct", c -> List.of(new OnnxValue.Sequence(all(c))));
    r.any("SequenceInsert", SequenceOps::insert);
    r.any("SequenceErase", SequenceOps::erase);
    r.any("SequenceAt", c -> List.of(elements(c, 0).get(position(c, 1))));
    r.any("SequenceLength", c -> List.of(number(c, DType.I64, elements(c, 0).size())));
    r.any("SequenceMap", SequenceOps::map);
    r.any("SplitToSequence", SequenceOps::split);
    r.any("ConcatFromSequence", SequenceOps::concat);
    r.any("Optional", c -> List.of(c.has(0) ? c.any(0) : new OnnxValue.Absent()));
    r.any("OptionalGetElement", c -> List.of(c.any(0)));
    r.any("OptionalHasElement", c -> List.of(number(c, DType.BOOL, isThere(c) ? 1 : 0)));
  }

  private static boolean isThere(Call c) {
    return c.has(0) && !(c.any(0) instanceof OnnxValue.Absent);
  }

  private static OnnxValue number(Call c, DType dtype, long value) {
    return OnnxValue.Tensor.of(c.constant(NdArray.ofLongs(TensorType.of(dtype), value)));
  }

  private static List<OnnxValue> all(Call c) {
    var all = new ArrayList<OnnxValue>();
    for (int i = 0; i < c.inputs(); i++) all.add(c.any(i));
    return all;
  }

  private static List<OnnxValue> elements(Call c, int i) {
    if (c.any(i) instanceof OnnxValue.Sequence(List<OnnxValue> elements)) return elements;
    throw OnnxException.of("input %d wants to be a sequence", i);
  }

  /// The known position in input `i`, counted from the end when negative.
  private static int position(Call c, int i) {
    int size = elements(c, 0).size();
    long at = c.known(i).longAt(0);
    long wrapped = at < 0 ? at + size : at;
    OnnxException.check(
        wrapped >= 0 && wrapped < size, "no position %d in a sequence of %d", at, size);
    return (int) wrapped;
  }

  private static List<OnnxValue> insert(Call c) {
    var list = new ArrayList<>(elements(c, 0));
    long at = c.has(2) ? c.known(2).longAt(0) : list.size();
    long wrapped = at < 0 ? at + list.size() : at;
    OnnxException.check(
        wrapped >= 0 && wrapped <= list.size(), "no position %d in %d elements", at, list.size());
    list.add((int) wrapped, c.any(1));
    return List.of(new OnnxValue.Sequence(list));
  }

  private static List<OnnxValue> erase(Call c) {
    var list = new ArrayList<>(elements(c, 0));
    list.remove(c.has(1) ? position(c, 1) : list.size() - 1);
    return List.of(new OnnxValue.Sequence(list));
  }

  /// The body for each element; inputs that are no sequences are the same for all.
  private static List<OnnxValue> map(Call c) {
    var body = c.attributes().graph("body");
    var outputs = new ArrayList<List<OnnxValue>>();
    for (int i = 0; i < body.getOutputCount(); i++) outputs.add(new ArrayList<>());
    for (int n = 0; n < elements(c, 0).size(); n++) {
      var arguments = new ArrayList<OnnxValue>();
      for (int i = 0; i < c.inputs(); i++) {
        arguments.add(
            c.any(i) instanceof OnnxValue.Sequence(List<OnnxValue> list) ? list.get(n) : c.any(i));
      }
      var results = c.subgraph(body, arguments);
      for (int i = 0; i < outputs.size(); i++) outputs.get(i).add(results.get(i));
    }
    return outputs.stream().<OnnxValue>map(OnnxValue.Sequence::new).toList();
  }

  private static List<OnnxValue> split(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, 0);
    int dim = x.dim(axis);
    boolean keep = c.has(1) || c.attributes().flag("keepdims", true);
    var sizes = new ArrayList<Integer>();
    if (!c.has(1)) {
      sizes.addAll(Ints.repeat(1, Call.affordable(dim)));
    } else if (c.in(1).rank() == 0) {
      int size = (int) c.number(1);
      OnnxException.check(size > 0, "split into parts of %d", size);
      for (int from = 0; from < dim; from += size) sizes.add(Math.min(size, dim - from));
    } else {
      sizes.addAll(c.ints(1));
    }
    var parts = new ArrayList<OnnxValue>();
    int from = 0;
    for (int size : sizes) {
      var part = PartOps.slice(x, axis, from, from + size, 1);
      parts.add(c.tensor(keep ? part : part.squeeze(axis)));
      from += size;
    }
    return List.of(new OnnxValue.Sequence(parts));
  }

  private static List<OnnxValue> concat(Call c) {
    var values = new ArrayList<Value>();
    for (OnnxValue element : elements(c, 0)) {
      if (!(element instanceof OnnxValue.Tensor(Value value, ElementType _))) {
        throw OnnxException.of("wants a sequence of tensors");
      }
      values.add(value);
    }
    OnnxException.check(!values.isEmpty(), "an empty sequence has nothing to join");
    int axis = c.attributes().integer("axis", 0);
    boolean isNew = c.attributes().flag("new_axis", false);
    int rank = values.getFirst().rank() + (isNew ? 1 : 0);
    int at = axis < 0 ? axis + rank : axis;
    return List.of(
        OnnxValue.Tensor.of(
            isNew ? Value.stack(at, values.toArray(Value[]::new)) : Value.concat(at, values)));
  }
}
