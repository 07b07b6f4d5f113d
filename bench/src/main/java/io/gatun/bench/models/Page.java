package io.gatun.bench.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.bench.models.Outcome.Failed;
import io.gatun.bench.models.Outcome.Measured;
import io.gatun.bench.models.Outcome.Skipped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Outcomes as a Markdown table and as JSON, after what a reader must know to repeat them.
///
/// @param facts lines of what they were measured with
record Page(String title, List<String> facts, List<Outcome> outcomes) {
  private static final String HEAD =
      "| model | against | Gatun | peer | score | 10-90 % | of fastest | goal | | |\n"
          + "|---|---|---:|---:|---:|---:|---:|---:|---|---|";

  Page {
    facts = List.copyOf(facts);
    outcomes = List.copyOf(outcomes);
  }

  /// A heading, the facts and the table.
  String text() {
    var lines = new ArrayList<String>();
    lines.add("### " + title);
    lines.add("");
    facts.forEach(fact -> lines.add("- " + fact));
    lines.add("");
    lines.add(HEAD);
    outcomes.forEach(outcome -> lines.add(line(outcome)));
    return String.join("\n", lines) + "\n";
  }

  /// A line of the table.
  static String line(Outcome outcome) {
    return switch (outcome) {
      case Measured m ->
          "| %s | %s | %s | %s | %s | %s |"
              .formatted(
                  m.row(),
                  m.peer(),
                  m.gatun().text(),
                  m.other().map(Figure::text).orElse(""),
                  m.score().map(Page::cells).orElse(" | | | |"),
                  m.note());
      case Skipped s -> "| %s | | | | | | | | skipped | %s |".formatted(s.row(), s.cure());
      case Failed f -> "| %s | | | | | | | | **error** | %s |".formatted(f.row(), f.why());
    };
  }

  private static String cells(Score score) {
    return "**%s** | %s - %s | %s | %s | %s"
        .formatted(
            score.text(score.value()),
            score.text(score.low()),
            score.text(score.high()),
            score.text(score.best()),
            score.goal().text(),
            score.isMet() ? "met" : "missed");
  }

  /// An object with the facts and a list of the outcomes.
  String json() {
    var json = new ObjectMapper().createObjectNode().put("title", title);
    facts.forEach(json.putArray("facts")::add);
    var list = json.putArray("models");
    outcomes.forEach(outcome -> json(outcome, list.addObject()));
    return json.toPrettyString();
  }

  private static void json(Outcome outcome, ObjectNode json) {
    json.put("model", outcome.row());
    switch (outcome) {
      case Measured m -> {
        json.put("peer", m.peer()).put("unit", m.gatun().unit().name().toLowerCase(Locale.ROOT));
        json.put("gatun", m.gatun().value());
        m.other().ifPresent(figure -> json.put("other", figure.value()));
        m.score().ifPresent(score -> json(score, json));
        json.put("note", m.note());
      }
      case Skipped s -> json.put("skipped", s.cure());
      case Failed f -> json.put("error", f.why());
    }
  }

  private static void json(Score score, ObjectNode json) {
    json.put("measure", score.goal().measure().name().toLowerCase(Locale.ROOT));
    json.put("score", score.value()).put("p10", score.low()).put("p90", score.high());
    json.put("of_fastest", score.best());
    json.put("goal", score.goal().limit()).put("met", score.isMet());
  }
}
