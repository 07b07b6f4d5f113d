package io.gatun.engine.train;

import java.io.PrintStream;
import java.util.Locale;

/// Shows training on a terminal as a bar that is redrawn in place; elsewhere as plain lines, one an
/// epoch and one every ten seconds.
public final class TerminalProgress implements Callback {
  private static final long REDRAW_NANOS = 50_000_000;
  private static final long LINE_NANOS = 10_000_000_000L;
  private static final double NOTABLE_WAITING = 0.03;
  private static final int DEFAULT_WIDTH = 80;
  private static final int LEAST_BAR = 10;
  private static final int MOST_BAR = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final int width;
  private final int spacing;
  private long latest;
  private int drawn;

  /// @param terminal whether a carriage return takes the cursor back
  /// @param width of the terminal in columns
  public TerminalProgress(PrintStream out, boolean terminal, int width) {
    this(out, terminal, width, 1);
  }

  private TerminalProgress(PrintStream out, boolean terminal, int width, int spacing) {
    if (spacing < 1) throw new IllegalArgumentException("a line every " + spacing + " epochs");
    this.out = out;
    this.terminal = terminal;
    this.width = width;
    this.spacing = spacing;
  }

  /// Progress on `out`, which is taken for a terminal where the process has one; as wide as the
  /// environment variable `COLUMNS` says, else 80.
  public static TerminalProgress of(PrintStream out) {
    var console = System.console();
    var columns = System.getenv().getOrDefault("COLUMNS", "");
    int width = columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
    return new TerminalProgress(out, console != null && console.isTerminal(), width);
  }

  /// With lines for every so many epochs only, for runs of many short ones.
  public TerminalProgress every(int epochs) {
    return new TerminalProgress(out, terminal, width, epochs);
  }

  @Override
  public void epochStarted(int number, Control control) {
    latest = System.nanoTime();
  }

  @Override
  public void progressed(Progress progress, Control control) {
    long now = System.nanoTime();
    if (terminal) {
      if (progress.step() == progress.steps() || now - latest > REDRAW_NANOS) {
        latest = now;
        redraw(bar(progress));
      }
    } else if (now - latest > LINE_NANOS) {
      latest = now;
      out.println(head(progress) + " " + figures(progress));
    }
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    var line =
        "epoch %d: %s%s, %s, %.0f samples/s%s"
            .formatted(
                epoch.number(),
                epoch.results(),
                epoch.validation().map(v -> ", " + v.text("validation ")).orElse(""),
                duration(epoch.seconds()),
                epoch.samplesPerSecond(),
                waiting(epoch.waiting()));
    if (terminal) redraw("");
    if (epoch.number() % spacing == 0) out.println(line);
  }

  private void redraw(String line) {
    var fitting = line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
    out.print("\r" + fitting + " ".repeat(Math.max(0, drawn - fitting.length())));
    if (line.isEmpty()) out.print("\r");
    out.flush();
    drawn = fitting.length();
  }

  private String bar(Progress progress) {
    var head = head(progress);
    var figures = figures(progress);
    int room = Math.min(MOST_BAR, width - head.length() - figures.length() - 5);
    if (room < LEAST_BAR) return head + " " + figures;
    int done = (int) ((long) room * progress.step() / progress.steps());
    return head + " [" + "=".repeat(done) + " ".repeat(room - done) + "] " + figures;
  }

  private static String head(Progress progress) {
    return "epoch %d/%d %d/%d"
        .formatted(progress.epoch(), progress.epochs(), progress.step(), progress.steps());
  }

  private static String figures(Progress progress) {
    return String.format(
        Locale.ROOT,
        "%s, %.0f samples/s, %s left%s",
        progress.results(),
        progress.samplesPerSecond(),
        duration(progress.secondsLeft()),
        waiting(progress.waiting()));
  }

  /// Said of a data pipeline that holds the training up.
  private static String waiting(double fraction) {
    return fraction < NOTABLE_WAITING
        ? ""
        : String.format(Locale.ROOT, ", %.0f %% waiting for data", 100 * fraction);
  }

  /// Seconds as `0.8 s`, `12 s`, `3:05` or `1:02:03`.
  static String duration(double seconds) {
    if (seconds < 10) return String.format(Locale.ROOT, "%.1f s", seconds);
    long whole = Math.round(seconds);
    if (whole < 60) return whole + " s";
    if (whole < 3600) return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
