package io.gatun.graph.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.OpSample;
import io.gatun.graph.testing.OpSamples;
import io.gatun.graph.testing.RandomGraphs;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphTextTest {
  private static final String SWISH =
      """
      %0:f32[3] = input "x"
      %1:f32[3] = sigmoid %0
      %5:f32[3] = mul %0 %1
      return "y" %5, "gate" %1
      """;

  private static final String TWICE =
      "function @0\n"
          + SWISH
          + """
          function @1
          %0:f32[3] = input "x"
          %1:f32[3] = composite "swish" version=1 output=0 body=@0 %0
          %2:f32[3] = composite "swish" version=1 output=1 body=@0 %0
          %3:f32[3] = add %1 %2
          return "y" %3
          %0:f32[3] = input "w"
          %7:f32[3] = composite "twice" version=2 output=0 body=@1 %0
          return "w" %7 updates %0
          """;

  @Test
  void textWithCompositesRoundTrips() {
    var graph = GraphText.parse(TWICE);
    assertEquals(TWICE, graph.toString());
    assertEquals(Optional.of(graph.inputs().getFirst()), graph.outputs().getFirst().updates());
    assertEquals(7, graph.nodes().getLast().id());
  }

  @Test
  void blankLinesAndCommentsAreSkipped() {
    var text = "// swish\n\n  " + SWISH.replace("\n", "  \n\n// next\n");
    assertEquals(SWISH, GraphText.parse(text).toString());
  }

  @Test
  void longConstantsParseFromTheFullTextOnly() {
    var type = TensorType.f32(65);
    var builder = new GraphBuilder();
    var constant = builder.add(new Constant(Literal.of(type, new double[65])));
    var graph = builder.build(List.of(Output.of("y", constant)));
    var error = assertThrows(GraphException.class, () -> GraphText.parse(graph.toString()));
    assertTrue(error.getMessage().contains("line 1: "), error::getMessage);
    assertTrue(error.getMessage().contains("printFull"), error::getMessage);
    var parsed = GraphText.parse(GraphText.printFull(graph));
    assertEquals(constant.op(), parsed.nodes().getFirst().op());
  }

  @Test
  void theBitsOfANotANumberSurvive() {
    var data = Arena.ofAuto().allocate(4);
    data.set(ValueLayout.JAVA_INT, 0, 0x7fc12345);
    var builder = new GraphBuilder();
    var constant = builder.add(new Constant(Literal.of(TensorType.f32(1), data)));
    var text = builder.build(List.of(Output.of("y", constant))).toString();
    assertEquals(constant.op(), GraphText.parse(text).nodes().getFirst().op());
  }

  @Test
  void namesMayHoldAnyCharacter() {
    var name = "a\"b\\c\n\r\u0000\u0085 d, %1 é \ud83d\ude00";
    var builder = new GraphBuilder();
    var x = builder.add(new Input(name, TensorType.f32()));
    var graph = builder.build(List.of(Output.update(x, builder.add(new Unary(Unary.Kind.EXP), x))));
    var parsed = GraphText.parse(graph.toString());
    assertEquals(name, ((Input) parsed.nodes().getFirst().op()).name());
    assertEquals(name, parsed.outputs().getFirst().name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %1:f32[3] = sigmoid %0      | %1:f32[3] = sigmoyd %0       | 2 | no op "sigmoyd"
          %1:f32[3] = sigmoid %0      | %1:f32[3] = sigmoid %4       | 2 | %4 is not defined
          %1:f32[3] = sigmoid %0      | %1:f32[3] = sigmoid %0 %0    | 2 | wants 1 operands
          %1:f32[3] = sigmoid %0      | %1:f32[3] = sigmoid          | 2 | wants 1 operands
          %1:f32[3] = sigmoid %0      | %1:f32[4] = sigmoid %0       | 2 | f32[4] stands where f32[3] is right
          %1:f32[3] = sigmoid %0      | %1:f33[3] = sigmoid %0       | 2 | no element type "f33"
          %1:f32[3] = sigmoid %0      | %1:f32[3,] = sigmoid %0      | 2 | not a list of integers
          %1:f32[3] = sigmoid %0      | %1:f32[-3] = sigmoid %0      | 2 | negative dimension
          %1:f32[3] = sigmoid %0      | %0:f32[3] = sigmoid %0       | 2 | %0 is defined twice
          %1:f32[3] = sigmoid %0      | %1:f32[3] = sigmoid %0 junk  | 2 | wanted the end of the line
          %1:f32[3] = sigmoid %0      | %99999999999:f32[3] = a %0   | 2 | wanted an integer of 32 bits
          %1:f32[3] = sigmoid %0      | %1:f32[3] = cast %0          | 2 | wanted a word
          %1:f32[3] = sigmoid %0      | %1:f32[3] = constant [1,2]   | 2 | 2 elements for f32[3]
          %1:f32[3] = sigmoid %0      | %1:f32[3] = constant base64:!!!!| 2 | Illegal base64
          %1:f32[3] = sigmoid %0      | %1:f32[3] = input "x"        | 4 | two inputs are named "x"
          %1:f32[3] = sigmoid %0      | %1:f32[3] = input "x         | 2 | ends with a quote
          %1:f32[3] = sigmoid %0      | %1:f32[3] = composite "c" version=1 output=0 body=@3 %0 | 2 | function @3
          return "y" %5, "gate" %1    | return "y" %5, "y" %1        | 4 | two outputs are named "y"
          return "y" %5, "gate" %1    | return "y" %8                | 4 | %8 is not defined
          return "y" %5, "gate" %1    | return "y" %5 updates %1     | 4 | updates %1, not an input
          return "y" %5, "gate" %1    | retrun "y" %5                | 4 | wanted "return"
          """)
  void anErrorNamesTheLine(String line, String wrong, int number, String message) {
    var text = SWISH.replace(line, wrong);
    var error = assertThrows(GraphException.class, () -> GraphText.parse(text));
    assertTrue(error.getMessage().startsWith("line " + number + ": "), error::getMessage);
    assertTrue(error.getMessage().contains(message), error::getMessage);
  }

  @Test
  void emptyTextAndMissingReturnAreErrors() {
    for (var text : List.of("", "\n\n", "// nothing", "%0:f32[] = input \"x\"", "function @0\n")) {
      assertThrows(GraphException.class, () -> GraphText.parse(text), text);
    }
  }

  @Test
  void deepNestsOfCompositesAreRefused() {
    var text = new StringBuilder("function @0\n%0:f32[] = input \"x\"\nreturn \"y\" %0\n");
    for (int i = 1; i < 2000; i++) {
      text.append("function @%d\n%%0:f32[] = input \"x\"\n".formatted(i))
          .append("%%1:f32[] = composite \"c\" version=1 output=0 body=@%d %%0\n".formatted(i - 1))
          .append("%%2:f32[] = composite \"d\" version=1 output=0 body=@%d %%1\n".formatted(i - 1))
          .append("return \"y\" %2\n");
    }
    var error = assertThrows(GraphException.class, () -> GraphText.parse(text.toString()));
    assertTrue(error.getMessage().contains("nested deeper"), error::getMessage);
  }

  /// Texts with characters replaced, lines dropped, doubled and swapped: each parses or is refused.
  @Test
  void hostileTextIsAlwaysAGraphException() {
    var texts = new ArrayList<String>();
    for (OpSample sample : OpSamples.all()) texts.add(GraphText.printFull(sample.graph()));
    for (long seed = 0; seed < 30; seed++) texts.add(RandomGraphs.of(seed).toString());
    var replacements = "0123456789-%@[],=\"\\ .:ex\u0663\u0000";
    var random = new Random(5);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      var text = new StringBuilder(texts.get(random.nextInt(texts.size())));
      for (int i = random.nextInt(1, 4); i > 0 && !text.isEmpty(); i--) {
        int at = random.nextInt(text.length());
        char replacement = replacements.charAt(random.nextInt(replacements.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, replacement);
          case 2 -> text.setCharAt(at, replacement);
          default -> text.insert(at, text.substring(at / 2, at));
        }
      }
      try {
        GraphText.parse(text.toString());
      } catch (GraphException _) {
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("round " + round + ":\n" + text, e);
      }
    }
    assertTrue(refused > 10_000 && refused < 20_000, "refused " + refused);
  }
}
