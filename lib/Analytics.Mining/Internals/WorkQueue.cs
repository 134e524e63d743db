using System.Runtime.ExceptionServices;

namespace Analytics.Mining.Internals;

/// <summary>Runs numbered tasks on a fixed number of threads that take the next one as they become free.</summary>
internal static class WorkQueue
{
    /// <param name="threads">1 runs on the calling thread.</param>
    /// <param name="tasks">Tasks 0 .. tasks - 1, started in this order.</param>
    /// <param name="worker">Called once on each thread with the source of task numbers, which ends with -1.</param>
    public static void Run(int threads, int tasks, Action<Func<int>> worker)
    {
        var next = -1;
        int Take()
        {
            var task = Interlocked.Increment(ref next);
            return task < tasks ? task : -1;
        }
        threads = Math.Max(1, Math.Min(threads, tasks));
        if (threads == 1)
        {
            worker(Take);
            return;
        }
        var failures = new ExceptionDispatchInfo?[threads];
        var others = new Thread[threads - 1];
        void Guarded(int thread)
        {
            try
            {
                worker(Take);
            }
            catch (Exception failure)
            {
                Volatile.Write(ref next, tasks);
                failures[thread] = ExceptionDispatchInfo.Capture(failure);
            }
        }
        for (var i = 0; i < others.Length; i++)
        {
            var thread = i + 1;
            others[i] = new Thread(() => Guarded(thread), 16 << 20) { IsBackground = true, Name = "mining" };
            others[i].Start();
        }
        Guarded(0);
        foreach (var other in others) other.Join();
        foreach (var failure in failures) failure?.Throw();
    }
}
