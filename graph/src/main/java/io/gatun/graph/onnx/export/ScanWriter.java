package io.gatun.graph.onnx.export;

import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Loops as ONNX's Scan. Its body may read values of the graph around it, so that invariants are no
/// operands there.
record ScanWriter(Emitter out) {
  /// The names of all results.
  List<String> write(Scan scan, List<String> in) {
    var types = scan.body().inputTypes();
    var body = out.nested();
    var arguments = new ArrayList<>(in);
    int slices = scan.carries() + scan.sequences();
    var operands = new ArrayList<>(in.subList(0, slices));
    for (int i = 0; i < slices; i++) {
      String name = out.initializers().name();
      arguments.set(i, name);
      body.graph().addInput(Emitter.value(name, types.get(i)));
    }
    int sequences = scan.sequences();
    if (sequences == 0) {
      // ONNX takes the number of steps from a sequence.
      sequences = 1;
      var steps = TensorType.of(DType.BOOL, scan.length());
      operands.add(out.constant(Literal.of(NdArray.ofLongs(steps, _ -> 0))));
      body.graph().addInput(Emitter.value(out.initializers().name(), TensorType.of(DType.BOOL)));
    }
    var results = new GraphWriter(body).write(scan.body(), arguments);
    for (int i = 0; i < results.size(); i++) {
      // A result that is an operand of the body needs a name of its own.
      String name = body.add("Identity", results.get(i));
      body.graph().addOutput(Emitter.value(name, scan.body().outputNodes().get(i).type()));
    }
    int direction = scan.reverse() ? 1 : 0;
    body.prune();
    body.graph().setName("step" + out.initializers().name());
    return out.add(
        "Scan",
        scan.results(),
        operands,
        Emitter.graph("body", body.graph().build()),
        Emitter.integer("num_scan_inputs", sequences),
        Emitter.integers("scan_input_directions", Collections.nCopies(sequences, direction)),
        Emitter.integers(
            "scan_output_directions",
            Collections.nCopies(scan.results() - scan.carries(), direction)));
  }
}
