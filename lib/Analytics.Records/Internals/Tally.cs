using System.Runtime.InteropServices;

namespace Analytics.Records.Internals;

/// <summary>One thread's counts; merging them in any order gives the same sums.</summary>
internal sealed class Tally
{
    private readonly Dictionary<int, (long Rows, long FirstLine)> _dates = [];
    private readonly Dictionary<string, long> _rules = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _currencies = new(Utf8Order.Instance);
    private int _day = int.MinValue;
    private long _dayRows;
    private long _dayFirst;
    private byte[] _currency = [];

    public long Rows { get; private set; }

    public long Rejected { get; private set; }

    public void Row(int day, long line)
    {
        Rows++;
        if (day != _day)
        {
            FlushDay();
            _day = day;
            _dayFirst = line;
        }
        else if (line < _dayFirst)
        {
            _dayFirst = line;
        }
        _dayRows++;
    }

    public void Reject(string rule)
    {
        Rejected++;
        CollectionsMarshal.GetValueRefOrAddDefault(_rules, rule, out _)++;
    }

    public void Currency(ReadOnlySpan<byte> currency)
    {
        if (currency.SequenceEqual(_currency)) return;
        _currency = currency.ToArray();
        _currencies.Add(System.Text.Encoding.UTF8.GetString(currency));
        if (_currencies.Count > ParseSummary.MaxCurrencies) _currencies.Remove(_currencies.Max!);
    }

    public void MergeInto(Tally total)
    {
        FlushDay();
        total.Rows += Rows;
        total.Rejected += Rejected;
        foreach (var (day, (rows, first)) in _dates) total.AddDay(day, rows, first);
        foreach (var (rule, count) in _rules) CollectionsMarshal.GetValueRefOrAddDefault(total._rules, rule, out _) += count;
        foreach (var currency in _currencies)
        {
            total._currencies.Add(currency);
            if (total._currencies.Count > ParseSummary.MaxCurrencies) total._currencies.Remove(total._currencies.Max!);
        }
    }

    public DateCount[] Dates()
        => [.. _dates.OrderBy(pair => pair.Key).Select(pair => new DateCount(DateOnly.FromDayNumber(pair.Key + ZoneClock.UnixDayNumber), pair.Value.Rows, pair.Value.FirstLine))];

    public RuleCount[] Rules() => [.. _rules.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new RuleCount(pair.Key, pair.Value))];

    public string[] Currencies() => [.. _currencies];

    private void FlushDay()
    {
        if (_dayRows > 0) AddDay(_day, _dayRows, _dayFirst);
        _day = int.MinValue;
        _dayRows = 0;
    }

    private void AddDay(int day, long rows, long first)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_dates, day, out var exists);
        entry = exists ? (entry.Rows + rows, Math.Min(entry.FirstLine, first)) : (rows, first);
    }

    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y)
            => System.Text.Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(y!));
    }
}
