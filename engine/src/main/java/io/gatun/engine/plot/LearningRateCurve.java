package io.gatun.engine.plot;

import io.gatun.engine.train.LearningRateFinder;
import java.awt.BasicStroke;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The loss of a learning-rate finder against the rate, on a logarithmic axis. The loss is cut off
/// above four times its smallest value, or its first if that is more, so that divergence does not
/// flatten the rest.
///
/// @param title heading of the picture
/// @param rates learning rates, above 0
/// @param losses at each rate
/// @param chosen the rate to mark, if any
public record LearningRateCurve(
    String title, List<Double> rates, List<Double> losses, OptionalDouble chosen)
    implements Picture {
  private static final double MOST_RISE = 4;

  /// Copies the lists; checks that there are as many losses as rates, and that these are positive.
  public LearningRateCurve {
    rates = List.copyOf(rates);
    losses = List.copyOf(losses);
    if (rates.isEmpty() || rates.size() != losses.size()) {
      throw new IllegalArgumentException(
          rates.size() + " learning rates and " + losses.size() + " losses");
    }
    for (double rate : rates) {
      if (!(rate > 0) || Double.isInfinite(rate)) {
        throw new IllegalArgumentException("learning rate " + rate + " is not above 0");
      }
    }
  }

  /// The smoothed losses of a sweep, its suggestion marked where it has one.
  public static LearningRateCurve of(String title, LearningRateFinder.Sweep sweep) {
    return new LearningRateCurve(
        title,
        sweep.points().stream().map(LearningRateFinder.Point::rate).toList(),
        sweep.points().stream().map(LearningRateFinder.Point::smoothed).toList(),
        suggestion(sweep));
  }

  private static OptionalDouble suggestion(LearningRateFinder.Sweep sweep) {
    try {
      return OptionalDouble.of(sweep.suggestion());
    } catch (IllegalStateException _) { // too few points, which the picture shows
      return OptionalDouble.empty();
    }
  }

  @Override
  public BufferedImage draw() {
    var chart = Charts.chart(title, Charts.HEIGHT);
    chart.setXAxisTitle("learning rate");
    chart.setYAxisTitle("loss");
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisDecimalPattern("0.###E0");
    chart.getStyler().setYAxisDecimalPattern(Charts.NUMBER);
    double least = finite().min().orElse(0);
    double most = Math.max(finite().findFirst().orElse(1), MOST_RISE * least);
    var shown =
        IntStream.range(0, rates.size())
            .filter(i -> Double.isFinite(losses.get(i)) && losses.get(i) <= most)
            .toArray();
    if (shown.length > 0) {
      double[] x = IntStream.of(shown).mapToDouble(rates::get).toArray();
      double[] y = IntStream.of(shown).mapToDouble(losses::get).toArray();
      var line = Charts.line(chart, "loss", x, y);
      line.setMarker(SeriesMarkers.NONE);
      line.setLineColor(Palette.colour(0));
    }
    chosen.ifPresent(
        rate -> {
          double highest = IntStream.of(shown).mapToDouble(losses::get).max().orElse(1);
          var mark =
              chart.addSeries(
                  String.format(Locale.ROOT, "chosen: %.2g", rate),
                  new double[] {rate, rate},
                  new double[] {least, highest});
          mark.setMarker(SeriesMarkers.NONE);
          mark.setLineColor(Palette.colour(1));
          mark.setLineStyle(
              new BasicStroke(
                  2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {6, 4}, 0));
        });
    return BitmapEncoder.getBufferedImage(chart);
  }

  private DoubleStream finite() {
    return losses.stream().mapToDouble(l -> l).filter(Double::isFinite);
  }
}
