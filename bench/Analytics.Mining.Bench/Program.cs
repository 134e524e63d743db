using System.Diagnostics;
using System.Globalization;
using Analytics.Mining;
using Analytics.Mining.Bench;

// usage: bench quick FOLDER [FILE SUPPORT]...
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var folder = args[1];
(string Name, int Support)[] cases = args.Length > 2
    ? [.. Enumerable.Range(0, (args.Length - 2) / 2).Select(i => (args[2 + 2 * i], int.Parse(args[3 + 2 * i])))]
    : [("chess", 1200), ("chess", 1000), ("mushroom", 500), ("retail", 10), ("retail", 5), ("T10I4D100K", 10), ("T10I4D100K", 5)];
foreach (var (name, support) in cases)
{
    var baskets = BasketText.Read(Path.Combine(folder, name + ".dat.gz"));
    Console.Write($"{name,-12} {support,6} ");
    foreach (var threads in new[] { 1, 2 })
    {
        var times = new List<double>();
        ItemsetCounts? counts = null;
        for (var run = 0; run < 5; run++)
        {
            var start = Stopwatch.GetTimestamp();
            counts = ItemsetMiner.Count(baskets, new MiningOptions { MinimumSupport = support, Threads = threads });
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        Console.Write($" {threads}t: {counts!.Total,12} nodes {counts.Outcome.Nodes,9} first {times[0]:0.000} best {times.Min():0.000} s");
    }
    Console.WriteLine();
}
