package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Architecture;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ReadyImageTest {
  /// Gives the source back.
  private static final class Echo implements KernelCompiler {
    @Override
    public String version() {
      return "echo 1";
    }

    @Override
    public byte[] compile(KernelSource source, Architecture architecture) {
      return (architecture + "\n" + source.text()).getBytes(StandardCharsets.UTF_8);
    }
  }

  private static String of(String architecture) {
    var image = ReadyImage.of("softmax.cu", Architecture.of(architecture), Echo::new);
    return new String(image, StandardCharsets.UTF_8);
  }

  @Test
  void whatTheBuildCompiledIsTaken() {
    var image = of("sm_80");
    Assumptions.assumeFalse(image.startsWith("sm_80"), "the build found no nvcc");
    assertTrue(image.contains(".target sm_80"), image);
  }

  /// As where the build had no nvcc.
  @Test
  void elseTheWholeSourceIsCompiled() {
    var source = of("sm_75");
    assertTrue(source.startsWith("sm_75\n"), source);
    assertTrue(source.contains("softmax_"), source);
    assertFalse(source.contains("#include"), source);
  }
}
