package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IrModuleTest {
  private static String add(IrModule module, String name, String body) {
    int mark = module.mark();
    module.add("define internal void @%s.part() {\n%s}\n".formatted(name, body));
    module.add("define void @%s() {\n  call void @%s.part()\n}\n".formatted(name, name));
    return module.unite(mark, name);
  }

  @Test
  void kernelsOfTheSameTextAreThereOnce() {
    var module = new IrModule();
    assertEquals("k0_add", add(module, "k0_add", "  ret void\n"));
    assertEquals("k0_add", add(module, "k1_sum", "  ret void\n"));
    assertEquals("k2_sum", add(module, "k2_sum", "  unreachable\n"));
    assertFalse(module.text().contains("k1_sum"), module.text());
    assertTrue(module.text().contains("@k2_sum.part"), module.text());
  }

  @Test
  void eachOfSeveralModulesHasTheSharedFunctionsThatItCalls() {
    var module = new IrModule();
    module.share("inner", () -> "define internal void @inner() {\n  ret void\n}\n");
    module.share("outer", () -> "define internal void @outer() {\n  call void @inner()\n}\n");
    module.share("other", () -> "define internal void @other() {\n  ret void\n}\n");
    add(module, "a", "  call void @outer()\n");
    add(module, "b", "  ret void\n");
    var texts = module.texts(100);
    assertEquals(2, texts.size(), texts::toString);
    var first = texts.getFirst();
    assertTrue(first.contains("@inner() {") && first.contains("@outer() {"), first);
    assertFalse(first.contains("@other() {") || first.contains("@b("), first);
    assertTrue(texts.get(1).contains("@b.part") && !texts.get(1).contains("@outer"), texts.get(1));
  }

  @Test
  void aSmallPlanIsOneModule() {
    var module = new IrModule();
    add(module, "a", "  ret void\n");
    add(module, "b", "  unreachable\n");
    assertEquals(1, module.texts(10_000).size());
  }
}
