namespace Analytics.Web.Access;

/// <summary>
/// Slows down guessing: after some failures for one name or from one address, each further one doubles a wait in which nothing is tried.
/// Counted apart, so that one address cannot try many names, and many addresses cannot try one name. In memory, of bounded size.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    private const int FreeTries = 5;
    private const int MostEntries = 10_000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private sealed record Entry(int Failures, DateTimeOffset At, DateTimeOffset Until);

    /// <summary>How long a try has to wait; zero for none.</summary>
    public TimeSpan Wait(string name, string address)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var until = Max(_entries.GetValueOrDefault("n" + name)?.Until, _entries.GetValueOrDefault("a" + address)?.Until);
            return until > now ? until.Value - now : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Notes a try before its password is looked at, so that many at once count as many; whoever then is right takes it back.
    /// </summary>
    public void Began(string name, string address)
    {
        lock (_lock)
        {
            if (_entries.Count > MostEntries) Shrink();
            Count("n" + name);
            Count("a" + address);
        }
    }

    /// <summary>The password was right.</summary>
    public void Succeeded(string name, string address)
    {
        lock (_lock)
        {
            _entries.Remove("n" + name);
            _entries.Remove("a" + address);
        }
    }

    private void Count(string key)
    {
        var now = time.GetUtcNow();
        var failures = _entries.TryGetValue(key, out var entry) && now - entry.At < Forgotten ? entry.Failures + 1 : 1;
        var wait = failures < FreeTries ? TimeSpan.Zero : FirstWait * Math.Pow(2, Math.Min(20, failures - FreeTries));
        _entries[key] = new Entry(failures, now, now + (wait < LongestWait ? wait : LongestWait));
    }

    private void Shrink()
    {
        var now = time.GetUtcNow();
        foreach (var (key, _) in _entries.Where(pair => now - pair.Value.At >= Forgotten).ToList()) _entries.Remove(key);
        // Still too many: the oldest go. Whoever fills the table so has addresses by the thousand, against whom the names are counted.
        foreach (var (key, _) in _entries.OrderBy(static pair => pair.Value.At).Take(Math.Max(0, _entries.Count - MostEntries / 2)).ToList()) _entries.Remove(key);
    }

    private static DateTimeOffset? Max(DateTimeOffset? a, DateTimeOffset? b) => a > b || b is null ? a : b;
}
