using Analytics.Mining.Internals;

namespace Analytics.Mining.Bench;

/// <summary>What a count holds in memory beside the baskets, in bytes an item occurrence.</summary>
internal static class MemoryBench
{
    public static void Run(string shared)
    {
        Console.WriteLine();
        Console.WriteLine($"{"file",-12}{"support",8}{"occurrences",12}{"baskets",9}{"ranked",9}{"search",9}{"all",9}   bytes an item occurrence, one thread");
        foreach (var (name, support) in new[] { ("chess", 1000), ("mushroom", 500), ("retail", 5), ("T10I4D100K", 5) })
        {
            var baskets = BasketText.Read(Path.Combine(shared, "data/fimi", name + ".dat.gz"));
            var options = new MiningOptions { MinimumSupport = support };
            var plan = new SearchPlan(baskets, options, default);
            plan.Run(() => new CountingSink(1, int.MaxValue), _ => { });
            double occurrences = baskets.Items.Length;
            double own = 4 * (occurrences + baskets.Count) / occurrences, ranked = plan.BasketBytes / occurrences, search = plan.WorkingBytes / occurrences;
            Console.WriteLine($"{name,-12}{support,8}{occurrences,12}{own,9:F1}{ranked,9:F1}{search,9:F1}{own + ranked + search,9:F1}");
        }
    }
}
