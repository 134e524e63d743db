using System.Text;

namespace Analytics.Jobs.Forecasting;

/// <summary>A series as a line of block characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>Draws values, at most this many characters: neighbours are averaged; a gap is a space.</summary>
    /// <param name="values">The values; NaN is a gap.</param>
    /// <param name="width">The most characters.</param>
    /// <param name="least">The value of the lowest block.</param>
    /// <param name="most">The value of the highest block.</param>
    public static string Draw(ReadOnlySpan<double> values, int width, double least, double most)
    {
        var length = Math.Min(width, values.Length);
        var line = new StringBuilder(length);
        for (var i = 0; i < length; i++)
        {
            int from = (int)((long)i * values.Length / length), to = (int)((i + 1L) * values.Length / length);
            double sum = 0;
            var count = 0;
            for (var t = from; t < to; t++)
            {
                if (!double.IsFinite(values[t])) continue;
                sum += values[t];
                count++;
            }
            if (count == 0)
            {
                line.Append(' ');
                continue;
            }
            var share = most > least ? (sum / count - least) / (most - least) : 0.5;
            line.Append(Blocks[Math.Clamp((int)(share * Blocks.Length), 0, Blocks.Length - 1)]);
        }
        return line.ToString();
    }

    /// <summary>The least and greatest of the finite values.</summary>
    public static (double Least, double Most) Range(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (var v in first)
            if (double.IsFinite(v)) (least, most) = (Math.Min(least, v), Math.Max(most, v));
        foreach (var v in second)
            if (double.IsFinite(v)) (least, most) = (Math.Min(least, v), Math.Max(most, v));
        return (least, most);
    }
}
