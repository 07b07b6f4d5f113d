package io.gatun.engine.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Loss (left axis) and accuracy in percent (right axis) over the epochs of a training run.
///
/// @param title heading of the picture
/// @param series the curves, in the order of the legend
public record LearningCurve(String title, List<Series> series) implements Picture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;

  /// What a curve measures: which axis it belongs to.
  public enum Quantity {
    LOSS,
    ACCURACY
  }

  /// One curve.
  ///
  /// @param name as the legend shows it; unique
  /// @param epochs where each value was measured, in epochs, fractions allowed
  /// @param values losses, or accuracies from 0 to 1
  public record Series(String name, Quantity quantity, List<Double> epochs, List<Double> values) {
    /// Checks that there are as many values as epochs, and at least one.
    public Series {
      epochs = List.copyOf(epochs);
      values = List.copyOf(values);
      if (epochs.isEmpty() || epochs.size() != values.size()) {
        throw new IllegalArgumentException(
            "curve '%s' has %d epochs and %d values".formatted(name, epochs.size(), values.size()));
      }
    }

    /// Values measured at the end of epochs 1, 2, 3 ...
    public static Series ofEpochs(String name, Quantity quantity, List<Double> values) {
      var epochs = IntStream.rangeClosed(1, values.size()).mapToObj(i -> (double) i).toList();
      return new Series(name, quantity, epochs, values);
    }
  }

  /// Copies the list.
  public LearningCurve {
    series = List.copyOf(series);
  }

  @Override
  public BufferedImage draw() {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    chart.setXAxisTitle("epoch");
    chart.setYAxisGroupTitle(0, "loss");
    chart.setYAxisGroupTitle(1, "accuracy in %");
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE);
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBorderColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setYAxisGroupPosition(1, YAxisPosition.Right);
    style.setYAxisMin(0, 0.0);
    style.setXAxisDecimalPattern("0.##");
    style.setYAxisDecimalPattern("0.####");
    for (var curve : series) add(chart, curve);
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static void add(XYChart chart, Series curve) {
    boolean loss = curve.quantity() == Quantity.LOSS;
    double scale = loss ? 1 : 100;
    var line =
        chart.addSeries(
            curve.name(),
            doubles(curve.epochs(), 1).toArray(),
            doubles(curve.values(), scale).toArray());
    line.setYAxisGroup(loss ? 0 : 1);
    // Many points make a line, few are marked.
    line.setMarker(curve.values().size() > 50 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    line.setLineStyle(new BasicStroke(2));
  }

  /// What is not a number leaves a gap, and so does infinity, which the chart cannot scale.
  private static DoubleStream doubles(List<Double> values, double scale) {
    return values.stream()
        .mapToDouble(value -> Double.isFinite(value) ? value * scale : Double.NaN);
  }
}
