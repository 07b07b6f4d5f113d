package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads one op in the form of [Op#text], attributes in the printed order. Inputs and constants
/// take the type that the line begins with.
final class OpParser {
  private final TextCursor cursor;
  private final TensorType type;
  private final Map<Integer, Graph> functions;

  OpParser(TextCursor cursor, TensorType type, Map<Integer, Graph> functions) {
    this.cursor = cursor;
    this.type = type;
    this.functions = functions;
  }

  Op parse() {
    var name = cursor.word();
    return switch (name) {
      case "input" -> new Input(cursor.quoted(), type);
      case "constant" -> constant();
      case "iota" -> new Iota(cursor.type(), integer("axis"));
      case "random.bits" -> new Random(Random.Kind.BITS, cursor.shape());
      case "random.uniform" -> new Random(Random.Kind.UNIFORM, cursor.shape());
      case "select" -> new Select();
      case "cast" -> new Cast(DType.parse(cursor.word()));
      case "reshape" -> new Reshape(cursor.shape());
      case "transpose" -> new Transpose(cursor.list());
      case "broadcast" -> new Broadcast(cursor.shape());
      case "slice" -> new Slice(list("starts"), list("limits"), list("strides"));
      case "pad" -> new Pad(list("low"), list("high"), list("interior"), number("value"));
      case "concat" -> new Concat(integer("axis"));
      case "reverse" -> new Reverse(cursor.list());
      case "windows" -> new Windows(window(), number("value"));
      case "foldwindows" -> new FoldWindows(window(), cursor.shape());
      case "matmul" -> new MatMul(cursor.accept("ta"), cursor.accept("tb"));
      case "conv" -> new Conv(window(), integer("groups"));
      case "convgradinput" -> new ConvGradInput(window(), integer("groups"), cursor.shape());
      case "convgradfilter" -> new ConvGradFilter(window(), integer("groups"), cursor.shape());
      case "gather" -> new Gather(integer("axis"), cursor.accept("along"));
      case "scatteradd" -> new ScatterAdd(integer("axis"), cursor.accept("along"));
      case "argsort" -> argsort();
      case "scan" -> scan();
      case "composite" -> composite();
      default -> name.startsWith("reduce.") ? reduce(name.substring(7)) : elementwise(name);
    };
  }

  private ArgSort argsort() {
    int axis = integer("axis");
    boolean descending = cursor.accept("descending");
    return new ArgSort(axis, descending, cursor.accept("first=") ? cursor.integer() : ArgSort.ALL);
  }

  private Constant constant() {
    if (cursor.at("[")) return new Constant(Constant.parse(type, cursor.bracketed()));
    if (cursor.accept("base64:")) {
      // A constant without elements has no bytes to show.
      return new Constant(Constant.parseBase64(type, type.size() == 0 ? "" : cursor.word()));
    }
    throw new GraphException(
        "the elements of this constant are not in the text; print the graph with"
            + " GraphText.printFull to parse it again");
  }

  private Reduce reduce(String name) {
    for (Reduce.Kind kind : Reduce.Kind.values()) {
      if (kind.text().equals(name)) return new Reduce(kind, list("axes"), cursor.accept("keep"));
    }
    throw new GraphException("no reduction \"" + name + "\"");
  }

  private static Op elementwise(String name) {
    for (Unary.Kind kind : Unary.Kind.values()) {
      if (kind.text().equals(name)) return new Unary(kind);
    }
    for (Binary.Kind kind : Binary.Kind.values()) {
      if (kind.text().equals(name)) return new Binary(kind);
    }
    throw new GraphException("no op \"" + name + "\"");
  }

  private Composite composite() {
    var name = cursor.quoted();
    int version = integer("version");
    int output = integer("output");
    cursor.expect("body=");
    var body = function();
    Optional<Graph> gradient =
        cursor.accept("gradient=") ? Optional.of(function()) : Optional.empty();
    return new Composite(name, version, body, output, gradient);
  }

  private Scan scan() {
    int carries = integer("carries");
    int sequences = integer("sequences");
    int length = integer("length");
    boolean reverse = cursor.accept("reverse");
    int output = integer("output");
    cursor.expect("body=");
    return new Scan(function(), carries, sequences, length, reverse, output);
  }

  private Graph function() {
    int number = cursor.function();
    var body = functions.get(number);
    if (body == null) {
      throw new GraphException("function @" + number + " is not defined before it is used");
    }
    return body;
  }

  private Window window() {
    return new Window(list("size"), list("stride"), list("dilation"), list("low"), list("high"));
  }

  private List<Integer> list(String attribute) {
    cursor.expect(attribute + "=");
    return cursor.list();
  }

  private int integer(String attribute) {
    cursor.expect(attribute + "=");
    return cursor.integer();
  }

  private double number(String attribute) {
    cursor.expect(attribute + "=");
    return Double.parseDouble(cursor.word());
  }
}
