package io.gatun.bench.models;

import io.gatun.bench.MemoryPeer;
import io.gatun.bench.Subject;
import io.gatun.bench.models.Outcome.Measured;
import io.gatun.engine.language.Sampler;
import io.gatun.engine.language.Writer;
import java.lang.foreign.Arena;
import java.util.Optional;

/// GPT-2's writing, a token in a run, against reading as many bytes as its weights have: both read
/// them once, so the score is the share of the memory's bandwidth. The text begins anew, untimed,
/// when it is as long as the model can read.
record Decode(String name, Goal goal) implements Row {
  private static final int PROMPT_TOKENS = 32;

  @Override
  public Outcome measure(Session session) {
    try (var arena = Arena.ofShared()) {
      var model = Gpt2Weights.random(arena);
      long bytes = Gpt2Weights.bytesOfToken(model);
      int[] prompt = Gpt2Weights.prompts(model, PROMPT_TOKENS).getFirst();
      int numbers = Math.toIntExact(bytes / Float.BYTES);
      try (var memory = MemoryPeer.read(numbers, session.threads());
          var gatun = new Writing(Writer.of(session.device(), model), prompt, model.context())) {
        var times = session.measurement().measure(gatun, memory);
        return new Measured(
            name,
            "memory",
            Figure.bytesPerSecond(bytes / times.medianOfA() * 1e9),
            Optional.of(Figure.bytesPerSecond(bytes / times.medianOfB() * 1e9)),
            Optional.of(Score.share(goal, times)),
            Figure.nanos(times.medianOfA()).text() + " a token");
      }
    }
  }

  private static final class Writing implements Subject {
    private final Writer writer;
    private final int[] prompt;
    private final int context;
    private final Sampler sampler = Sampler.of(1, 0, 1, 1);
    private int token;

    Writing(Writer writer, int[] prompt, int context) {
      this.writer = writer;
      this.prompt = prompt;
      this.context = context;
      token = sampler.choose(writer.read(prompt));
    }

    /// Without the choice of the next token.
    @Override
    public long nanos(int runs) {
      long time = 0;
      for (int i = 0; i < runs; i++) {
        if (writer.position() == context) {
          writer.forget();
          token = sampler.choose(writer.read(prompt));
        }
        long start = System.nanoTime();
        float[] logits = writer.read(token);
        time += System.nanoTime() - start;
        token = sampler.choose(logits);
      }
      return time;
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
