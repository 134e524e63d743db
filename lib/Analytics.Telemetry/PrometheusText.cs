using System.Globalization;
using System.Text;

namespace Analytics.Telemetry;

/// <summary>Metrics in Prometheus's text exposition format 0.0.4: families one after the other, values with their labels, in the order given.</summary>
public sealed class PrometheusText
{
    /// <summary>The content type of an answer.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private string _name = "";

    /// <summary>Begins a family.</summary>
    /// <param name="name">Letters, digits and underscores; counters end with <c>_total</c>.</param>
    /// <param name="type">gauge or counter.</param>
    /// <param name="help">What it is.</param>
    /// <exception cref="ArgumentException">The name is none, or was there already.</exception>
    public PrometheusText Family(string name, string type, string help)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':') || !_names.Add(name))
            throw new ArgumentException($"'{name}' is no name of a metric, or was written already", nameof(name));
        _name = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\\n")).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>Writes a value of the family.</summary>
    public PrometheusText Value(double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_name);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            foreach (var c in labels[i].Value)
                _ = c switch
                {
                    '\\' => _text.Append("\\\\"),
                    '"' => _text.Append("\\\""),
                    '\n' => _text.Append("\\n"),
                    _ => _text.Append(c),
                };
            _text.Append('"');
        }
        if (labels.Length > 0) _text.Append('}');
        _text.Append(' ').Append(double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>The whole text.</summary>
    public override string ToString() => _text.ToString();
}
