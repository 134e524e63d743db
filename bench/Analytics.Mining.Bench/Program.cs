using System.Globalization;
using Analytics.Mining.Bench;

// usage:
//   bench                       every comparison below, with mlxtend and Spark where the shared folder has them
//   bench itemsets [FILE SUPPORT]...   counting, visiting and keeping itemsets at 1 and 2 threads
//   bench rules                 rules, redundancy and scoring
//   bench memory                bytes an item occurrence
//   bench threads               what a second thread gains, by processor seconds of each thread
//   bench peers                 mlxtend and Spark MLlib on the same baskets; ends with 1 where a count differs
// ANALYTICS_SHARED names the shared folder (default ../shared beside the project).
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var shared = Environment.GetEnvironmentVariable("ANALYTICS_SHARED") ?? Path.GetFullPath("../shared");
switch (args.FirstOrDefault())
{
    case null:
        ItemsetBench.Run(shared, []);
        ThreadBench.Run(shared);
        RuleBench.Run(shared);
        MemoryBench.Run(shared);
        return PeerBench.Run(shared) ? 0 : 1;
    case "threads": ThreadBench.Run(shared); break;
    case "itemsets": ItemsetBench.Run(shared, args[1..]); break;
    case "peers": return PeerBench.Run(shared) ? 0 : 1;
    case "rules": RuleBench.Run(shared); break;
    case "memory": MemoryBench.Run(shared); break;
    default:
        Console.Error.WriteLine($"unknown benchmark '{args[0]}'; there are itemsets, peers, rules, memory, threads");
        return 2;
}
return 0;
