package io.gatun.engine.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The look that all charts share.
final class Charts {
  static final int WIDTH = 900;
  static final int HEIGHT = 560;
  static final String NUMBER = "0.####";

  private static final int MOST_MARKED = 50;
  private static final int TICK_SPACING = 110;
  private static final double UNEVEN = 0.381966;
  private static final String INVISIBLE = " ";

  private Charts() {}

  static XYChart chart(String title, int height) {
    var chart = new XYChartBuilder().width(WIDTH).height(height).title(title).build();
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBorderColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setXAxisTickMarkSpacingHint(TICK_SPACING);
    style.setChartTitleVisible(!title.isEmpty());
    return chart;
  }

  /// A line through points; marks them where they are few.
  static XYSeries line(XYChart chart, String name, double[] x, double[] y) {
    var line = chart.addSeries(name, x, y);
    line.setMarker(x.length > MOST_MARKED ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    line.setLineStyle(new BasicStroke(2));
    return line;
  }

  /// Where all points are evenly spaced, as the epochs of a run are, the library takes multiples of
  /// their distance for ticks, too many to read. An invisible point elsewhere makes it choose round
  /// numbers.
  static void unevenTicks(XYChart chart, double from, double to) {
    double between = from + (to - from) * UNEVEN;
    var invisible = chart.addSeries(INVISIBLE, new double[] {between}, new double[] {Double.NaN});
    invisible.setMarker(SeriesMarkers.NONE);
    invisible.setShowInLegend(false);
  }
}
