namespace Analytics.Mining.Bench;

/// <summary>Itemsets: ours against the figures of LCM 3 and Borgelt's fpgrowth on one core of a machine of this kind.</summary>
internal static class ItemsetBench
{
    private static readonly (string Name, int Support, double Lcm, double Borgelt)[] Cases =
    [
        ("chess", 1200, 0.06, 0.14), ("chess", 1000, 0.15, 0.31), ("mushroom", 500, 0.01, 0.02), ("retail", 10, 0.30, 0.49),
        ("retail", 5, 0.48, 0.62), ("T10I4D100K", 10, 0.75, 0.71), ("T10I4D100K", 5, 1.84, 1.09),
    ];

    private struct CountingVisitor : IItemsetVisitor
    {
        public long Sets;
        public long Supports;

        public void Visit(ReadOnlySpan<int> items, int support)
        {
            Sets++;
            Supports += support;
        }
    }

    public static void Run(string shared, string[] args)
    {
        (string Name, int Support, double Lcm, double Borgelt)[] cases = args.Length >= 2
            ? [.. Enumerable.Range(0, args.Length / 2).Select(i => (args[2 * i], int.Parse(args[2 * i + 1]), double.NaN, double.NaN))]
            : [.. Cases, .. Files.Cases(shared).Skip(Cases.Length).Select(c => (c.Name, c.Support, double.NaN, double.NaN))];
        Console.WriteLine("seconds; \"cpu\" is processor time of one thread, the least and the median of the runs, which other work on the machine disturbs least; \"first\" includes compiling");
        Console.WriteLine($"{"file",-18}{"support",8}{"itemsets",12}{"LCM 3",8}{"Borgelt",8} |{"first",8}{"count 1",9}{"cpu",8}{"median",8}{"count 2",9}{"visit",8}{"keep 1",8}{"keep 2",8} | {"best of both / cpu",8}");
        foreach (var (name, support, lcm, borgelt) in cases)
        {
            var baskets = Files.Read(shared, name);
            var options = new MiningOptions { MinimumSupport = support };
            var sets = 0L;
            var one = Timing.Of(5, () => sets = ItemsetMiner.Count(baskets, options).Total);
            var two = Timing.Of(5, () => Check(sets, ItemsetMiner.Count(baskets, options with { Threads = 2 }).Total));
            var visit = Timing.Of(3, () =>
            {
                var visitor = new CountingVisitor();
                ItemsetMiner.Visit(baskets, options, ref visitor);
                Check(sets, visitor.Sets);
            });
            string keep1 = "-", keep2 = "-";
            if (sets < 5_000_000)
            {
                keep1 = $"{Timing.Of(3, () => Check(sets, ItemsetMiner.Mine(baskets, options).Itemsets.Count)).Median:F3}";
                keep2 = $"{Timing.Of(3, () => Check(sets, ItemsetMiner.Mine(baskets, options with { Threads = 2 }).Itemsets.Count)).Median:F3}";
            }
            Console.WriteLine($"{Path.GetFileName(name),-18}{support,8}{sets,12}{Known(lcm),8}{Known(borgelt),8} |{one.First,8:F3}{one.Median,9:F3}{one.LeastProcessor,8:F4}{one.Processor,8:F4}{two.Median,9:F3}{visit.Median,8:F3}{keep1,8}{keep2,8} | {(double.IsNaN(lcm) ? "" : $"{Math.Min(lcm, borgelt) / one.LeastProcessor:F1}"),8}");
        }
    }

    private static string Known(double seconds) => double.IsNaN(seconds) ? "" : seconds.ToString("F2");

    private static void Check(long expected, long actual)
    {
        if (expected != actual) throw new InvalidOperationException($"{actual} itemsets where {expected} were counted");
    }
}
