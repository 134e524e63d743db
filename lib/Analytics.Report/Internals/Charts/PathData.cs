using System.Text;

namespace Analytics.Report.Internals.Charts;

/// <summary>The d attribute of a path.</summary>
internal sealed class PathData
{
    private readonly StringBuilder _data = new();
    private bool _penUp = true;

    public PathData To(double x, double y)
    {
        _data.Append(_penUp ? 'M' : 'L').Append(Markup.Coordinate(x)).Append(' ').Append(Markup.Coordinate(y));
        _penUp = false;
        return this;
    }

    public PathData Curve(double x1, double y1, double x2, double y2, double x, double y)
    {
        _data.Append('C').Append(Markup.Coordinate(x1)).Append(' ').Append(Markup.Coordinate(y1)).Append(' ')
            .Append(Markup.Coordinate(x2)).Append(' ').Append(Markup.Coordinate(y2)).Append(' ')
            .Append(Markup.Coordinate(x)).Append(' ').Append(Markup.Coordinate(y));
        return this;
    }

    /// <summary>Lifts the pen: the next point starts a new line.</summary>
    public PathData Gap()
    {
        _penUp = true;
        return this;
    }

    public PathData Shut()
    {
        if (_data.Length > 0) _data.Append('Z');
        _penUp = true;
        return this;
    }

    public bool IsEmpty => _data.Length == 0;

    public override string ToString() => _data.ToString();
}
