namespace Analytics.Report.Internals.Charts;

/// <summary>Shapes in a drawing. Colours come from classes, so that light, dark and print differ in the style sheet alone.</summary>
internal static class Svg
{
    public static Markup OpenSvg(this Markup m, double width, double height, string label, string? cssClass = null) =>
        m.Open("svg", cssClass ?? "chart").Attr("xmlns", "http://www.w3.org/2000/svg")
            .Attr("viewBox", "0 0 " + Markup.Coordinate(width) + " " + Markup.Coordinate(height))
            .Attr("width", width).Attr("height", height).Attr("role", "img").Attr("aria-label", label);

    /// <summary>
    /// Draws twice, for a wide screen and for a phone: scaling one drawing down would leave its letters unreadable.
    /// The style sheet shows one of the two.
    /// </summary>
    public static void Both(this Markup m, Action<double, bool> draw, double wide = 1120, double narrow = 360)
    {
        m.Open("div", "wide");
        draw(wide, true);
        m.Close().Open("div", "narrow");
        draw(narrow, false);
        m.Close();
    }

    public static Markup Line(this Markup m, double x1, double y1, double x2, double y2, string cssClass) =>
        m.Open("line", cssClass).Attr("x1", x1).Attr("y1", y1).Attr("x2", x2).Attr("y2", y2).Close();

    public static Markup Path(this Markup m, PathData data, string cssClass) =>
        data.IsEmpty ? m : m.Open("path", cssClass).Attr("d", data.ToString()).Close();

    public static Markup Circle(this Markup m, double x, double y, double radius, string cssClass, string? title = null)
    {
        m.Open("circle", cssClass).Attr("cx", x).Attr("cy", y).Attr("r", radius);
        return m.Titled(title).Close();
    }

    public static Markup Rect(this Markup m, double x, double y, double width, double height, string cssClass, string? title = null)
    {
        m.Open("rect", cssClass).Attr("x", x).Attr("y", y).Attr("width", Math.Max(0, width)).Attr("height", Math.Max(0, height));
        return m.Titled(title).Close();
    }

    /// <summary>Text at a baseline; anchor is start, middle or end.</summary>
    public static Markup Label(
        this Markup m, double x, double y, string text, string cssClass = "t", string anchor = "start", string? title = null)
    {
        m.Open("text", cssClass).Attr("x", x).Attr("y", y);
        if (anchor != "start") m.Attr("text-anchor", anchor);
        return m.Titled(title).Text(text).Close();
    }

    private static Markup Titled(this Markup m, string? title) => title is null ? m : m.Element("title", SafeText.Cut(title, 600));

    /// <summary>Pixels that a text takes, roughly; it serves placing and cutting, not fitting.</summary>
    public static double TextWidth(string text, double size = 12)
    {
        double width = 0;
        foreach (var c in text) width += Width(c);
        return width * size;
    }

    /// <summary>The text, cut so that it takes about the width at most; never less than three letters.</summary>
    public static string CutTo(string text, double width, double size = 12)
    {
        if (TextWidth(text, size) <= width) return text;
        var left = width / size - 1;
        var fits = 0;
        while (fits < text.Length && (left -= Width(text[fits])) >= 0) fits++;
        return SafeText.Cut(text, Math.Max(4, fits + 1));
    }

    /// <summary>In ems, on the generous side of common sans-serif fonts.</summary>
    private static double Width(char c) => c switch
    {
        ' ' or '.' or ',' or '\'' or '|' or 'i' or 'j' or 'l' or 'I' => 0.33,
        'W' or 'M' or 'm' or 'w' or '%' => 0.96,
        (>= 'A' and <= 'Z') or '&' => 0.71,
        < '\u2e80' => 0.6,
        _ => 1,
    };
}
