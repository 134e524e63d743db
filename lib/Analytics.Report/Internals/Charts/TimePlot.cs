namespace Analytics.Report.Internals.Charts;

/// <summary>A plot of values over days: the frame, its axes and the marks in it.</summary>
internal sealed class TimePlot
{
    private readonly Markup _m;
    private readonly double[] _ticks;
    private readonly int _dateTicks;

    public TimePlot(
        Markup m, double width, double height, DateOnly first, DateOnly last, double low, double high,
        int valueTicks = 5, double left = 46, double right = 12, double top = 10, double bottom = 24)
    {
        _m = m;
        (First, Last) = (first, last);
        (Left, Right, Top, Bottom) = (left, width - right, top, height - bottom);
        (var niceLow, var niceHigh, _ticks) = Ticks.Nice(low, high, valueTicks);
        Y = new Scale(niceLow, niceHigh, Bottom, Top);
        Days = last.DayNumber - first.DayNumber + 1;
        DayWidth = (Right - Left) / Days;
        _dateTicks = Math.Max(2, (int)((Right - Left) / 60));
    }

    public DateOnly First { get; }
    public DateOnly Last { get; }
    public int Days { get; }
    public double DayWidth { get; }
    public double Left { get; }
    public double Right { get; }
    public double Top { get; }
    public double Bottom { get; }
    public Scale Y { get; }

    /// <summary>The middle of a day.</summary>
    public double X(DateOnly date) => Left + (date.DayNumber - First.DayNumber + 0.5) * DayWidth;

    /// <summary>Where a day begins.</summary>
    public double Edge(DateOnly date) => Left + (date.DayNumber - First.DayNumber) * DayWidth;

    public void Axes()
    {
        foreach (var value in _ticks)
        {
            var y = Y.At(value);
            _m.Line(Left, y, Right, y, value == 0 ? "zero" : "grid");
            _m.Label(Left - 6, y + 4, Figures.Short(value), "ax", "end");
        }
        var room = double.NegativeInfinity;
        foreach (var (date, label) in Ticks.Dates(First, Last, _dateTicks))
        {
            var x = Edge(date);
            _m.Line(x, Bottom, x, Bottom + 4, "tick");
            var width = Svg.TextWidth(label, 11);
            if (x < room || x + width / 2 > Right + 8) continue;
            _m.Label(Math.Max(x, Left), Bottom + 16, label, "ax", x - width / 2 < Left - 20 ? "start" : "middle");
            room = x + width + 6;
        }
    }

    public void Line(IEnumerable<(DateOnly Date, double Value)> points, string cssClass)
    {
        var path = new PathData();
        foreach (var (date, value) in points)
            if (double.IsFinite(value)) path.To(X(date), Y.Clamped(value));
            else path.Gap();
        _m.Path(path, cssClass);
    }

    /// <summary>The area between two bounds; a day without both ends a piece of it.</summary>
    public void Band(IReadOnlyList<(DateOnly Date, double Low, double High)> points, string cssClass)
    {
        var path = new PathData();
        for (var i = 0; i < points.Count; i++)
        {
            var start = i;
            while (i < points.Count && double.IsFinite(points[i].Low) && double.IsFinite(points[i].High)) i++;
            if (i == start) continue;
            for (var k = start; k < i; k++) path.To(X(points[k].Date), Y.Clamped(points[k].High));
            for (var k = i - 1; k >= start; k--) path.To(X(points[k].Date), Y.Clamped(points[k].Low));
            path.Shut();
        }
        _m.Path(path, cssClass);
    }

    /// <summary>A strip over the days from one date to another (both included) that shows a title under the pointer.</summary>
    public void Hit(DateOnly from, DateOnly to, string title) =>
        _m.Rect(Edge(from), Top, (to.DayNumber - from.DayNumber + 1) * DayWidth, Bottom - Top, "hit", title);
}
