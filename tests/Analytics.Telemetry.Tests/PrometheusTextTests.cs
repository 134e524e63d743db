namespace Analytics.Telemetry.Tests;

public class PrometheusTextTests
{
    [Fact]
    public void TheTextIsOfTheFormat()
    {
        var text = new PrometheusText();
        text.Family("a_total", "counter", "Help with a \\ and\na line.").Value(1.5).Family("b", "gauge", "B").Value(double.NaN, ("x", "q\"\\\n"), ("y", "é")).Value(double.PositiveInfinity).Value(1e21);
        Assert.Equal("# HELP a_total Help with a \\\\ and\\na line.\n# TYPE a_total counter\na_total 1.5\n# HELP b B\n# TYPE b gauge\nb{x=\"q\\\"\\\\\\n\",y=\"é\"} NaN\nb +Inf\nb 1E+21\n", text.ToString());
        Assert.Throws<ArgumentException>(() => text.Family("b", "gauge", "twice"));
        Assert.Throws<ArgumentException>(() => text.Family("b-c", "gauge", "no name"));
    }
}
