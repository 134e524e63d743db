using Analytics.Mining.Internals;

namespace Analytics.Mining.Bench;

/// <summary>
/// What a second thread gains. By the clock it shows on a quiet machine only. The processor seconds of each thread show it on any:
/// preparing the baskets is one thread's, the search takes as long as its busiest thread, and their sum over the time of one thread
/// is what would be seen if both cores were free.
/// </summary>
internal static class ThreadBench
{
    private const int Runs = 7;

    public static void Run(string shared)
    {
        Console.WriteLine();
        Console.WriteLine("threads: processor seconds, least of 7; \"2: ideal\" is preparing + the busiest of two threads, \"ratio\" that over one thread; \"clock\" is by the clock");
        Console.WriteLine($"{"file",-18}{"support",8}{"prepare",9}{"search 1",10}{"search 2",10}{"busiest",9}{"2: ideal",10}{"ratio",7} |{"clock 1",9}{"clock 2",9}{"ratio",7}");
        foreach (var (name, support) in Files.Cases(shared))
        {
            var baskets = Files.Read(shared, name);
            var options = new MiningOptions { MinimumSupport = support };
            var (prepare, one, _) = Least(baskets, options, 1);
            var (prepare2, two, busiest) = Least(baskets, options, 2);
            prepare = Math.Min(prepare, prepare2);
            var clock1 = Timing.Of(5, () => ItemsetMiner.Count(baskets, options)).Median;
            var clock2 = Timing.Of(5, () => ItemsetMiner.Count(baskets, options with { Threads = 2 })).Median;
            Console.WriteLine($"{name,-18}{support,8}{prepare,9:F4}{one,10:F4}{two,10:F4}{busiest,9:F4}{prepare + busiest,10:F4}{(prepare + busiest) / (prepare + one),7:F2} |{clock1,9:F3}{clock2,9:F3}{clock2 / clock1,7:F2}");
        }
    }

    private static (double Prepare, double All, double Busiest) Least(BasketSet baskets, MiningOptions options, int threads)
    {
        var least = (Prepare: double.MaxValue, All: double.MaxValue, Busiest: double.MaxValue);
        for (var run = 0; run < Runs; run++)
        {
            var before = ThreadTime.Seconds;
            var plan = new SearchPlan(baskets, options with { Threads = threads }, default);
            var prepared = ThreadTime.Seconds - before;
            var seconds = new List<double>();
            var started = new ThreadLocal<double>();
            plan.Run(
                () =>
                {
                    started.Value = ThreadTime.Seconds;
                    return new CountingSink(1, int.MaxValue);
                },
                _ =>
                {
                    lock (seconds) seconds.Add(ThreadTime.Seconds - started.Value);
                });
            least = (Math.Min(least.Prepare, prepared), Math.Min(least.All, seconds.Sum()), Math.Min(least.Busiest, seconds.Max()));
        }
        return least;
    }
}
