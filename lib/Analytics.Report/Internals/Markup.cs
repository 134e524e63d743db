using System.Globalization;
using System.Text;

namespace Analytics.Report.Internals;

/// <summary>Writes markup that is HTML and well-formed XML at once; what is open is closed in order, and every text is escaped.</summary>
internal sealed class Markup
{
    private static readonly HashSet<string> SelfClosing =
        ["meta", "br", "hr", "wbr", "link", "col", "input", "path", "rect", "line", "circle", "polyline", "polygon"];

    // Line breaks keep the source readable and diffs small; only between blocks, where they mean nothing.
    private static readonly HashSet<string> EndsLine =
        ["meta", "title", "style", "script", "head", "section", "header", "footer", "nav", "main", "div", "p", "h1", "h2", "h3", "tr", "table",
         "svg", "g", "figure", "details", "ul", "li", "dl", "dd"];

    private readonly StringBuilder _out = new(1 << 16);
    private readonly Stack<string> _open = new();
    private bool _inTag;

    public Markup Open(string name, string? cssClass = null)
    {
        EndTag();
        _out.Append('<').Append(name);
        _open.Push(name);
        _inTag = true;
        return cssClass is null ? this : Attr("class", cssClass);
    }

    public Markup Attr(string name, string value)
    {
        if (!_inTag) throw new InvalidOperationException($"attribute {name} outside of a start tag");
        _out.Append(' ').Append(name).Append("=\"");
        SafeText.Append(_out, value);
        _out.Append('"');
        return this;
    }

    public Markup Attr(string name, long value) => Attr(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A coordinate, to a tenth of a pixel.</summary>
    public Markup Attr(string name, double value) => Attr(name, Coordinate(value));

    public Markup Text(string text)
    {
        EndTag();
        SafeText.Append(_out, text);
        return this;
    }

    /// <summary>A text written by others, cut where no name goes on, and set apart so that its direction stays its own.</summary>
    public Markup Foreign(string text) => Open("bdi").Text(SafeText.Cut(text, 300)).Close();

    /// <summary>Text of our own that is already markup: style and script.</summary>
    public Markup Raw(string trusted)
    {
        EndTag();
        _out.Append(trusted);
        return this;
    }

    public Markup Close()
    {
        var name = _open.Pop();
        if (_inTag && SelfClosing.Contains(name))
        {
            _out.Append(" />");
            _inTag = false;
        }
        else
        {
            EndTag();
            _out.Append("</").Append(name).Append('>');
        }
        if (EndsLine.Contains(name)) _out.Append('\n');
        return this;
    }

    public Markup Element(string name, string text, string? cssClass = null) => Open(name, cssClass).Text(text).Close();

    public override string ToString() => _open.Count == 0
        ? _out.ToString()
        : throw new InvalidOperationException($"element {_open.Peek()} is still open");

    public static string Coordinate(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(nameof(value), value, "a coordinate must be finite");
        var rounded = Math.Round(value, 1, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0 : rounded).ToString("0.#", CultureInfo.InvariantCulture);
    }

    private void EndTag()
    {
        if (!_inTag) return;
        _out.Append('>');
        _inTag = false;
    }
}
