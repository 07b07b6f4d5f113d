package io.gatun.bench.models;

import io.gatun.bench.PromptReader;
import io.gatun.bench.Subject;
import io.gatun.bench.models.Outcome.Skipped;
import io.gatun.engine.language.Writer;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/// GPT-2's reading of a prompt of so many tokens, against PyTorch. The keys and values of the
/// prompt before are forgotten untimed.
record Prefill(String name, int tokens, Goal goal) implements Row {
  private static final String PEER = "pytorch";

  @Override
  public Outcome measure(Session session) {
    var peer = session.peer(PEER);
    if (peer.isEmpty() || !(peer.get() instanceof PromptReader reader)) {
      return new Skipped(name, "no " + PEER + ": " + Session.PEERS);
    }
    try (var arena = Arena.ofShared()) {
      var model = Gpt2Weights.random(arena);
      var prompts = Gpt2Weights.prompts(model, tokens);
      try (var other = reader.reading(model, prompts, session.threads());
          var gatun = new Reading(Writer.of(session.device(), model), prompts)) {
        return session.compare(
            this, peer.get(), gatun, other, prompts.size(), Agreement.Norm.GREATEST);
      }
    }
  }

  private static final class Reading implements Subject {
    private final Writer writer;
    private final List<int[]> prompts;
    private int next;

    Reading(Writer writer, List<int[]> prompts) {
      this.writer = writer;
      this.prompts = prompts;
    }

    @Override
    public long nanos(int runs) {
      long time = 0;
      for (int i = 0; i < runs; i++) {
        writer.forget();
        long start = System.nanoTime();
        writer.read(prompts.get(next));
        time += System.nanoTime() - start;
        next = (next + 1) % prompts.size();
      }
      return time;
    }

    @Override
    public Map<String, float[]> results(int set) {
      writer.forget();
      return Map.of("logits", writer.read(prompts.get(set)).clone());
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
