using System.Globalization;
using Analytics.Mining;

namespace Analytics.Jobs.Mining;

/// <summary>The measures of rules by the names of their columns, as commands, configuration and tables know them.</summary>
internal static class MeasureNames
{
    private static readonly (string Name, RuleMeasure Measure)[] Measures =
    [
        ("support", RuleMeasure.Support), ("confidence", RuleMeasure.Confidence), ("lift", RuleMeasure.Lift), ("leverage", RuleMeasure.Leverage),
        ("conviction", RuleMeasure.Conviction), ("jaccard", RuleMeasure.Jaccard), ("kulczynski", RuleMeasure.Kulczynski),
        ("imbalance_ratio", RuleMeasure.ImbalanceRatio), ("zhang", RuleMeasure.Zhang), ("p_value", RuleMeasure.PValue), ("q_value", RuleMeasure.QValue),
        ("cosine", RuleMeasure.Cosine), ("certainty", RuleMeasure.Certainty), ("representativity", RuleMeasure.Representativity),
        ("odds_ratio", RuleMeasure.OddsRatio), ("phi", RuleMeasure.Phi),
    ];

    /// <summary>All names, in the order of columns.</summary>
    public static IReadOnlyList<string> All { get; } = Array.ConvertAll(Measures, measure => measure.Name);

    /// <summary>The measure of a name, or null.</summary>
    public static RuleMeasure? Find(string name)
    {
        foreach (var measure in Measures)
            if (measure.Name == name) return measure.Measure;
        return null;
    }

    /// <summary>What is wrong with a bound such as lift=1.5; null where nothing is.</summary>
    public static string? Mistake(string bound)
    {
        var cut = bound.IndexOf('=', StringComparison.Ordinal);
        if (cut < 0 || !TryValue(bound.AsSpan(cut + 1), out _)) return $"'{bound}' is no bound; MEASURE=VALUE is expected, such as lift=2";
        return Find(bound[..cut]) is null ? $"'{bound}': there is no such measure; there are {string.Join(", ", All)}" : null;
    }

    /// <summary>The measure and the value of a bound in which <see cref="Mistake"/> finds none.</summary>
    public static (RuleMeasure Measure, double Value) Bound(string bound)
    {
        var cut = bound.IndexOf('=', StringComparison.Ordinal);
        return (Find(bound[..cut])!.Value, TryValue(bound.AsSpan(cut + 1), out var value) ? value : throw new FormatException(Mistake(bound)));
    }

    /// <summary>Bounds of both sides.</summary>
    public static MeasureBound[] Bounds(IEnumerable<string> least, IEnumerable<string> most) =>
    [
        .. least.Select(Bound).Select(bound => new MeasureBound(bound.Measure, Least: bound.Value)),
        .. most.Select(Bound).Select(bound => new MeasureBound(bound.Measure, Most: bound.Value)),
    ];

    private static bool TryValue(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);
}
