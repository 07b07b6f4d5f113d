package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.language.TokenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tiny model of random weights; what it writes makes no sense.
class GenerateTest {
  private static final Path MODEL = Path.of("src/test/resources/language/llama.bin");

  @TempDir private Path folder;

  private CommandRun generate(Object... options) throws IOException {
    var tokens = Files.write(folder.resolve("tokens.bin"), TokenFiles.content());
    var arguments = new Object[options.length + 4];
    System.arraycopy(options, 0, arguments, 4, options.length);
    arguments[0] = "generate";
    arguments[1] = "--device=reference";
    arguments[2] = "--model=" + MODEL;
    arguments[3] = "--tokenizer=" + tokens;
    return CommandRun.of(arguments);
  }

  @Test
  void goesOnFromThePrompt() throws IOException {
    var run = generate("--prompt", "ab ba", "--tokens", 5);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("ab ba"), run.out());
    assertTrue(run.out().endsWith("\n"), run.out());
    assertTrue(run.err().contains("prompt: 6 tokens"), run.err());
  }

  @Test
  void takesAFolderOfGpt2sKind() {
    var model = MODEL.resolveSibling("gpt2");
    var run = CommandRun.of("generate", "--model", model, "--prompt=A", "--tokens=4", "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals(4, run.json().get("tokens").size(), run.out());
    assertTrue(run.json().get("text").asText().startsWith("A"), run.out());
    assertEquals(2, CommandRun.of("generate", "--prompt=A").code());
    assertEquals(2, CommandRun.of("generate", "--random=gpt2", "--model", model).code());
  }

  @Test
  void aSeedRepeatsAndAnotherDoesNot() throws IOException {
    var one = generate("--json", "--temperature=1", "--tokens=20", "--seed=1").json();
    var same = generate("--json", "--temperature=1", "--tokens=20", "--seed=1").json();
    var other = generate("--json", "--temperature=1", "--tokens=20", "--seed=2").json();
    assertEquals(one.get("tokens"), same.get("tokens"));
    assertTrue(!one.get("tokens").equals(other.get("tokens")), one + "" + other);
  }

  @Test
  void wrongNumbersAreErrorsOfTheCommandLine() throws IOException {
    for (var option : new String[] {"--top-p=0", "--top-k=-1", "--temperature=-1", "--tokens=0"}) {
      var run = generate(option);
      assertEquals(2, run.code(), option);
      assertTrue(run.err().contains(option.substring(0, option.indexOf('='))), run.err());
    }
  }

  @Test
  void aMissingFileNamesTheCure() throws IOException {
    var none = CommandRun.of("generate", "--model", folder.resolve("none.bin"));
    assertEquals(1, none.code());
    assertTrue(none.err().contains("there is no file"), none.err());
    var alone = Files.copy(MODEL, folder.resolve("alone.bin"));
    var noTokenizer = CommandRun.of("generate", "--model", alone);
    assertEquals(1, noTokenizer.code());
    assertTrue(noTokenizer.err().contains("name it with --tokenizer"), noTokenizer.err());
  }

  @Test
  void aPromptThatIsTooLongIsRefused() throws IOException {
    var run = generate("--prompt", "b".repeat(60));
    assertEquals(1, run.code());
    assertTrue(run.err().contains("at most 48"), run.err());
  }
}
