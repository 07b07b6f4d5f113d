package io.gatun.engine.plot;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.YAxisPosition;

/// Quantities over the epochs of a training run. Two linear ones share a panel, the first on the
/// left axis and the second on the right; so do two logarithmic ones. What does not fit goes to
/// panels below.
///
/// @param title heading of the picture
/// @param series the curves, in the order of the legend
public record LearningCurve(String title, List<Series> series) implements Picture {
  private static final int PANEL_HEIGHT = 330;
  private static final int MOST_AXES = 2;

  /// One curve.
  ///
  /// @param name as the legend shows it; unique
  /// @param epochs where each value was measured, in epochs, fractions allowed
  /// @param values as the quantity is defined: percentages as fractions from 0 to 1
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
    var panels = panels();
    int height = panels.size() == 1 ? Charts.HEIGHT : PANEL_HEIGHT;
    var picture =
        new BufferedImage(Charts.WIDTH, height * panels.size(), BufferedImage.TYPE_INT_RGB);
    var pen = picture.createGraphics();
    for (int i = 0; i < panels.size(); i++) {
      var panel = panel(panels.get(i), i == 0 ? title : "", height);
      pen.drawImage(BitmapEncoder.getBufferedImage(panel), 0, i * height, null);
    }
    pen.dispose();
    return picture;
  }

  /// The quantities of each panel.
  private List<List<Quantity>> panels() {
    var panels = new ArrayList<List<Quantity>>();
    var quantities = new LinkedHashSet<Quantity>();
    series.forEach(curve -> quantities.add(curve.quantity()));
    for (var quantity : quantities) {
      var free =
          panels.stream()
              .filter(p -> p.size() < MOST_AXES)
              .filter(p -> p.getFirst().isLogarithmic() == quantity.isLogarithmic())
              .findFirst();
      if (free.isPresent()) free.get().add(quantity);
      else panels.add(new ArrayList<>(List.of(quantity)));
    }
    return panels.isEmpty() ? List.of(List.of(Quantity.LOSS)) : panels;
  }

  private XYChart panel(List<Quantity> quantities, String heading, int height) {
    var chart = Charts.chart(heading, height);
    var style = chart.getStyler();
    chart.setXAxisTitle("epoch");
    style.setXAxisDecimalPattern("0.##");
    style.setYAxisLogarithmic(quantities.getFirst().isLogarithmic());
    if (!quantities.getFirst().isLogarithmic()) style.setYAxisDecimalPattern(Charts.NUMBER);
    var epochs =
        series.stream().flatMap(s -> s.epochs().stream()).mapToDouble(e -> e).summaryStatistics();
    if (epochs.getMin() < epochs.getMax()) {
      style.setXAxisMin(epochs.getMin()).setXAxisMax(epochs.getMax());
      Charts.unevenTicks(chart, epochs.getMin(), epochs.getMax());
    }
    for (int axis = 0; axis < quantities.size(); axis++) {
      var quantity = quantities.get(axis);
      chart.setYAxisGroupTitle(axis, quantity.label());
      if (axis > 0) style.setYAxisGroupPosition(axis, YAxisPosition.Right);
      for (var curve : series) {
        if (curve.quantity().equals(quantity)) add(chart, curve, axis);
      }
      if (startsAtZero(quantity)) style.setYAxisMin(axis, 0.0);
    }
    return chart;
  }

  private boolean startsAtZero(Quantity quantity) {
    return quantity.scale() == Quantity.Scale.LINEAR
        && series.stream()
            .filter(curve -> curve.quantity().equals(quantity))
            .flatMap(curve -> curve.values().stream())
            .noneMatch(value -> value < 0);
  }

  private void add(XYChart chart, Series curve, int axis) {
    double[] epochs = curve.epochs().stream().mapToDouble(e -> e).toArray();
    double[] values = curve.values().stream().mapToDouble(curve.quantity()::shown).toArray();
    var line = Charts.line(chart, curve.name(), epochs, values);
    line.setYAxisGroup(axis);
    line.setLineColor(Palette.colour(series.indexOf(curve)));
    line.setMarkerColor(Palette.colour(series.indexOf(curve)));
  }
}
