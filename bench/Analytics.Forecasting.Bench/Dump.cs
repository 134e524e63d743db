namespace Analytics.Forecasting.Bench;
internal static class Dump
{
    public static void Ets(List<M3Series> all, string reference)
    {
        var by = all.ToDictionary(s => s.Id);
        double diff = 0; int worse = 0, better = 0, count = 0;
        foreach (var line in File.ReadLines(reference))
        {
            var f = line.Split('|');
            if (!by.TryGetValue(f[0], out var s)) continue;
            var m = new EtsModel();
            m.Fit(s.Train, s.Season);
            var r = double.Parse(f[2]);
            var n = s.Train.Length;
            var ours = m.Aicc;
            // R leaves constants: lik = n log(sse) + 2 sum log|.|; aicc = lik + 2 np + ...
            diff += Math.Clamp(ours - r, -20, 20); count++;
            if (ours > r + 0.5) worse++;
            if (ours < r - 0.5) better++;
            if (count <= 25) Console.WriteLine($"{f[0]} R {f[1]} {r:F2} {f[3]} | ours {m.Name} {ours:F2} a {m.Parameters.Alpha:F3} b {m.Parameters.Beta:F3} g {m.Parameters.Gamma:F3} phi {m.Parameters.Phi:F3}");
        }
        Console.WriteLine($"count {count} mean difference {diff / count:F3} worse {worse} better {better}");
    }
}
