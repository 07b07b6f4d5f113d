package io.gatun.engine.plot;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Points in the plane in groups of one colour each, with or without a text beside each point, and
/// lines. A text that finds no free place beside its point is left out.
///
/// @param title heading of the picture
/// @param xLabel of the horizontal axis; may be empty
/// @param yLabel of the vertical axis; may be empty
public record ScatterPicture(
    String title, String xLabel, String yLabel, List<Points> groups, List<Line> lines)
    implements Picture {
  private static final int HEIGHT = 700;
  private static final int MARKER = 7;
  private static final double MARGIN = 0.06;
  private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  /// Points of one colour.
  ///
  /// @param name as the legend shows it; unique
  /// @param texts one for each point, or none at all
  public record Points(String name, List<Double> x, List<Double> y, List<String> texts) {
    /// Copies the lists; checks their sizes.
    public Points {
      x = List.copyOf(x);
      y = List.copyOf(y);
      texts = List.copyOf(texts);
      boolean fitting = texts.isEmpty() || texts.size() == x.size();
      if (x.size() != y.size() || !fitting) {
        throw new IllegalArgumentException(
            "points '%s': %d x, %d y, %d texts".formatted(name, x.size(), y.size(), texts.size()));
      }
    }

    /// Points without texts.
    public static Points of(String name, List<Double> x, List<Double> y) {
      return new Points(name, x, y, List.of());
    }
  }

  /// A line from point to point.
  ///
  /// @param name as the legend shows it; unique
  public record Line(String name, List<Double> x, List<Double> y) {
    /// Copies the lists; checks their sizes.
    public Line {
      x = List.copyOf(x);
      y = List.copyOf(y);
      if (x.size() != y.size()) {
        throw new IllegalArgumentException(
            "line '%s': %d x, %d y".formatted(name, x.size(), y.size()));
      }
    }
  }

  /// Copies the lists.
  public ScatterPicture {
    groups = List.copyOf(groups);
    lines = List.copyOf(lines);
  }

  @Override
  public BufferedImage draw() {
    var chart = Charts.chart(title, HEIGHT);
    chart.setXAxisTitle(xLabel);
    chart.setYAxisTitle(yLabel);
    var style = chart.getStyler();
    style.setMarkerSize(MARKER);
    style.setXAxisDecimalPattern(Charts.NUMBER);
    style.setYAxisDecimalPattern(Charts.NUMBER);
    style.setLegendVisible(groups.size() + lines.size() > 1);
    frame(chart);
    for (int i = 0; i < groups.size(); i++) addPoints(chart, groups.get(i), i);
    for (int i = 0; i < lines.size(); i++) addLine(chart, lines.get(i), groups.size() + i);
    var picture = BitmapEncoder.getBufferedImage(chart);
    writeTexts(chart, picture);
    return picture;
  }

  /// The smallest and the largest finite value of a coordinate, with a margin for the texts.
  private static double[] range(List<List<Double>> coordinates) {
    var all =
        coordinates.stream()
            .flatMap(List::stream)
            .mapToDouble(v -> v)
            .filter(Double::isFinite)
            .summaryStatistics();
    if (all.getCount() == 0) return new double[] {0, 1};
    double span = all.getMax() - all.getMin();
    double margin = span > 0 ? MARGIN * span : 0.5;
    return new double[] {all.getMin() - margin, all.getMax() + margin};
  }

  private void frame(XYChart chart) {
    var x = new ArrayList<List<Double>>();
    var y = new ArrayList<List<Double>>();
    groups.forEach(group -> x.add(group.x()));
    groups.forEach(group -> y.add(group.y()));
    lines.forEach(line -> x.add(line.x()));
    lines.forEach(line -> y.add(line.y()));
    chart.getStyler().setXAxisMin(range(x)[0]).setXAxisMax(range(x)[1]);
    chart.getStyler().setYAxisMin(range(y)[0]).setYAxisMax(range(y)[1]);
  }

  private static double[] drawable(List<Double> values) {
    return values.stream().mapToDouble(v -> Double.isFinite(v) ? v : Double.NaN).toArray();
  }

  private static void addPoints(XYChart chart, Points points, int index) {
    if (points.x().isEmpty()) return;
    var series = chart.addSeries(points.name(), drawable(points.x()), drawable(points.y()));
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(Palette.colour(index));
  }

  private static void addLine(XYChart chart, Line line, int index) {
    if (line.x().isEmpty()) return;
    var series = chart.addSeries(line.name(), drawable(line.x()), drawable(line.y()));
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(Palette.colour(index));
    series.setLineStyle(new BasicStroke(2));
  }

  private void writeTexts(XYChart chart, BufferedImage picture) {
    var pen = picture.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setFont(LABEL);
    pen.setColor(Palette.TEXT);
    var metrics = pen.getFontMetrics();
    var taken = new ArrayList<Rectangle>();
    for (var group : groups) {
      for (int i = 0; i < group.x().size(); i++) {
        int x = (int) chart.getScreenXFromChart(group.x().get(i));
        int y = (int) chart.getScreenYFromChart(group.y().get(i));
        taken.add(new Rectangle(x - MARKER / 2, y - MARKER / 2, MARKER, MARKER));
      }
    }
    int point = 0;
    for (var group : groups) {
      for (int i = 0; i < group.x().size(); i++, point++) {
        if (group.texts().isEmpty()) continue;
        var text = group.texts().get(i);
        var place =
            free(taken, taken.get(point), metrics.stringWidth(text), metrics.getHeight(), picture);
        if (place.isEmpty()) continue;
        taken.add(place);
        pen.drawString(text, place.x, place.y + metrics.getAscent());
      }
    }
    pen.dispose();
  }

  /// A free place beside a point, empty where there is none.
  private static Rectangle free(
      List<Rectangle> taken, Rectangle point, int width, int height, BufferedImage picture) {
    int right = point.x + point.width + 2;
    int left = point.x - width - 2;
    int middle = (int) point.getCenterX() - width / 2;
    int above = point.y - height;
    int level = (int) point.getCenterY() - height / 2;
    int below = point.y + point.height;
    int[][] places = {
      {right, level}, {left, level}, {middle, above}, {middle, below},
      {right, above}, {left, above}, {right, below}, {left, below}
    };
    var paper = new Rectangle(picture.getWidth(), picture.getHeight());
    for (var corner : places) {
      var place = new Rectangle(corner[0], corner[1], width, height);
      if (paper.contains(place) && taken.stream().noneMatch(place::intersects)) return place;
    }
    return new Rectangle();
  }
}
