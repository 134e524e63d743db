using System.Globalization;
using System.IO.Compression;

namespace Analytics.Forecasting.Bench;

/// <summary>One series of the M3 competition.</summary>
internal sealed record M3Series(string Id, string Period, int Season, double[] Train, double[] Test)
{
    /// <summary>The series whose test part is cut from the end of the training part; null where too little is left.</summary>
    /// <param name="back">How many half horizons earlier the cut is than the training part's end.</param>
    public M3Series? HoldOut(int back = 0)
    {
        int h = Test.Length, end = Train.Length - back * (h / 2), least = Math.Max(8, Season > 1 ? 2 * Season + 2 : 8);
        h = Math.Min(h, end - least);
        return h < 2 ? null : this with { Train = Train[..(end - h)], Test = Train[(end - h)..end] };
    }
}

/// <summary>Reads the M3 data.</summary>
internal static class M3
{
    public static List<M3Series> Read(string folder)
    {
        var periods = new Dictionary<string, string>();
        foreach (var f in Rows(Path.Combine(folder, "M3_info.csv.gz")).Skip(1)) periods[f[0]] = f[3];
        var train = new Dictionary<string, List<double>>();
        var test = new Dictionary<string, List<double>>();
        var order = new List<string>();
        foreach (var f in Rows(Path.Combine(folder, "M3_series.csv.gz")).Skip(1))
        {
            if (!train.ContainsKey(f[0]))
            {
                order.Add(f[0]);
                train[f[0]] = [];
                test[f[0]] = [];
            }
            (f[2] == "train" ? train : test)[f[0]].Add(double.Parse(f[3], CultureInfo.InvariantCulture));
        }
        return [.. order.Select(id => new M3Series(id, periods[id], periods[id] switch { "MONTHLY" => 12, "QUARTERLY" => 4, _ => 1 }, [.. train[id]], [.. test[id]]))];
    }

    private static IEnumerable<string[]> Rows(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line.Replace("\"", "", StringComparison.Ordinal).Split(',');
    }
}
