package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Architecture;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ReadyImageTest {
  /// What a fatbin begins with.
  private static final int FATBIN = 0xba55ed50;

  /// Gives the source back.
  private static final class Echo implements KernelCompiler {
    @Override
    public String version() {
      return "echo 1";
    }

    @Override
    public byte[] compile(KernelSource source, Architecture architecture, Code code) {
      return (architecture + "\n" + source.text()).getBytes(StandardCharsets.UTF_8);
    }
  }

  private static byte[] machineCode(String architecture) {
    return ReadyImage.of("pool.cu", Architecture.of(architecture), Code.MACHINE, Echo::new);
  }

  private static String of(String architecture) {
    var image = ReadyImage.of("softmax.cu", Architecture.of(architecture), Code.PTX, Echo::new);
    return new String(image, StandardCharsets.UTF_8);
  }

  @Test
  void whatTheBuildCompiledIsTaken() {
    var image = of("sm_80");
    Assumptions.assumeFalse(image.startsWith("sm_80"), "the build found no nvcc");
    assertTrue(image.contains(".target sm_80"), image);
  }

  /// That of an older processor of the generation runs too; a newer generation takes PTX.
  @Test
  void machineCodeIsTakenWhereThereIsSomeOfTheGeneration() {
    Assumptions.assumeFalse(of("sm_80").startsWith("sm_80"), "the build found no nvcc");
    for (var architecture : List.of("sm_80", "sm_86", "sm_89", "sm_90")) {
      var image = ByteBuffer.wrap(machineCode(architecture)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(FATBIN, image.getInt(), architecture);
    }
    var text = new String(machineCode("sm_100"), StandardCharsets.UTF_8);
    assertTrue(text.contains(".target sm_90"), "PTX");
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
