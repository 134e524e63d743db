namespace Analytics.Forecasting;

/// <summary>
/// What the models get: finite values without the time before the launch, without phases of the week that are always
/// closed, and with gaps filled.
/// </summary>
internal sealed class PreparedSeries
{
    private double[] _values = [];
    private const int LongestClosable = 31;

    private readonly int[] _zeros = new int[LongestClosable];
    private bool[] _closed = [], _missing = [];
    private int[] _source = [];
    private int _first;
    private int _origin;

    /// <summary>How many values <see cref="Values"/> has.</summary>
    public int Length { get; private set; }

    /// <summary>The values.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, Length);

    /// <summary>How many values the series had before preparation.</summary>
    public int Given => _origin;

    /// <summary>How many prepared periods the periods ahead are.</summary>
    public int StepsAhead { get; private set; }

    /// <summary>Which of the values were not there and were filled.</summary>
    public ReadOnlySpan<bool> Missing => _missing.AsSpan(0, Length);

    /// <summary>The shortest season after closed phases were taken out; 1 for none.</summary>
    public int Season { get; private set; }

    /// <summary>The longer season, or 1.</summary>
    public int LongSeason { get; private set; }

    /// <summary>Values that are not 0.</summary>
    public int NonZero { get; private set; }

    /// <summary>Values that were not there and were filled.</summary>
    public int Filled { get; private set; }

    /// <summary>Zeros behind the last other value.</summary>
    public int TrailingZeros { get; private set; }

    /// <summary>The longest run of zeros before the last other value.</summary>
    public int LongestGap { get; private set; }

    /// <summary>Whether all values are the same.</summary>
    public bool IsConstant { get; private set; }

    /// <summary>The least and the greatest value.</summary>
    public double Least { get; private set; }

    /// <inheritdoc cref="Least"/>
    public double Most { get; private set; }

    /// <summary>Prepares a series.</summary>
    public void Prepare(ReadOnlySpan<double> y, SeriesOptions options)
    {
        var seasons = options.Seasons;
        Season = seasons.Count > 0 ? Math.Max(1, seasons[0]) : 1;
        LongSeason = seasons.Count > 1 ? Math.Max(1, seasons[^1]) : SeasonDetector.Longer(y, Season);
        if (_values.Length < y.Length) _values = new double[Math.Max(y.Length, 2 * _values.Length)];
        FindClosedPhases(y);
        _first = 0;
        while (_first < y.Length && (!IsValue(y[_first]) || options.DropLeadingZeros && y[_first] == 0)) _first++;
        if (_first == y.Length)
        {
            // Nothing but zeros is a history of zeros, not a launch to come.
            _first = 0;
            while (_first < y.Length && !IsValue(y[_first])) _first++;
        }
        var end = y.Length;
        while (end > _first && !IsValue(y[end - 1]) && !IsClosed(end - 1)) end--;
        _origin = y.Length;
        var n = 0;
        if (_missing.Length < _values.Length) _missing = new bool[_values.Length];
        if (_source.Length < y.Length + options.Horizon) _source = new int[Math.Max(y.Length + options.Horizon, 2 * _source.Length)];
        for (var t = _first; t < y.Length; t++)
        {
            if (IsClosed(t)) continue;
            _source[n] = t;
            _missing[n] = !IsValue(y[t]);
            _values[n++] = IsValue(y[t]) ? Math.Clamp(y[t], -1e150, 1e150) : double.NaN;
        }
        Length = n;
        StepsAhead = 0;
        for (var ahead = 0; ahead < options.Horizon; ahead++)
            if (!IsClosed(_origin + ahead)) _source[n + StepsAhead++] = _origin + ahead;
        Filled = Fill(_values.AsSpan(0, Length), Season);
        // A year of weeks that chance explains only makes forecasts noisier.
        if (Season > EtsModel.LongestSeason && LongSeason == 1 && !SeasonDetector.MayHave(Values, Season)) Season = 1;
        Describe();
    }

    /// <summary>Whether a period belongs to a phase that is closed since all its values are 0.</summary>
    public bool IsIdle(int t) => IsClosed(t) && _zeros[t % _closed.Length] > 0;

    /// <summary>Which prepared period a period ahead is, from 0; −1 where it is closed.</summary>
    public int StepAhead(int ahead, SeriesOptions options, ref int open)
    {
        if (IsClosed(_origin + ahead)) return -1;
        var step = open++;
        return ahead < options.ClosedAhead.Count && options.ClosedAhead[ahead] ? -1 : step;
    }

    /// <summary>Which period of the series as it was given a prepared one is; behind the last one, the periods ahead.</summary>
    public int Source(int t) => _source[t];

    /// <summary>
    /// Infinite values are gaps like NaN.
    /// </summary>
    private static bool IsValue(double v) => double.IsFinite(v);

    private bool IsClosed(int t) => _closed.Length > 0 && _closed[t % _closed.Length];

    private void FindClosedPhases(ReadOnlySpan<double> y)
    {
        var season = Season;
        if (season is < 2 or > LongestClosable || y.Length < 4 * season)
        {
            _closed = [];
            return;
        }
        if (_closed.Length != season) _closed = new bool[season];
        Array.Fill(_closed, true);
        var any = false;
        for (var t = 0; t < y.Length; t++)
            if (!double.IsNaN(y[t]) && y[t] != 0) _closed[t % season] = false;
        OpenByChance(y);
        foreach (var c in _closed)
        {
            if (!c) continue;
            any = true;
            Season--;
        }
        if (!any)
        {
            _closed = [];
            return;
        }
        if (Season == 0)
        {
            _closed = [];
            Season = season;
        }
        if (LongSeason > 1) LongSeason = (int)Math.Round((double)LongSeason * Season / season, MidpointRounding.AwayFromZero);
    }

    /// <summary>
    /// A phase of nothing but zeros is closed only where so many are less likely than one in ten thousand at the other phases' share of zeros; one without any value
    /// is closed in any case.
    /// </summary>
    private void OpenByChance(ReadOnlySpan<double> y)
    {
        var zeros = _zeros.AsSpan(0, _closed.Length);
        zeros.Clear();
        int open = 0, idle = 0;
        for (var t = 0; t < y.Length; t++)
        {
            if (double.IsNaN(y[t])) continue;
            var phase = t % _closed.Length;
            if (_closed[phase])
            {
                zeros[phase]++;
                continue;
            }
            open++;
            if (y[t] == 0) idle++;
        }
        var log = open > 0 ? StableMath.Log(Math.Max((double)idle / open, 1e-12)) : 0;
        for (var phase = 0; phase < zeros.Length; phase++)
            if (zeros[phase] > 0 && zeros[phase] * log >= StableMath.Log(1e-4)) _closed[phase] = false;
    }

    /// <summary>
    /// A gap gets the line between its neighbours plus the season's deviation, as seen one season before or behind;
    /// at the end the value one season before, else the last one.
    /// </summary>
    /// <returns>How many values were filled.</returns>
    public static int Fill(Span<double> v, int season)
    {
        var filled = 0;
        for (var t = 0; t < v.Length; t++)
        {
            if (!double.IsNaN(v[t])) continue;
            filled++;
            if (season > 1 && t >= season)
            {
                v[t] = v[t - season];
                continue;
            }
            var next = t + 1;
            while (next < v.Length && double.IsNaN(v[next])) next++;
            if (next == v.Length) v[t] = v[t - 1];
            else v[t] = t == 0 ? v[next] : v[t - 1] + (v[next] - v[t - 1]) / (next - t + 1);
        }
        return filled;
    }

    private void Describe()
    {
        NonZero = TrailingZeros = LongestGap = 0;
        (Least, Most) = Length > 0 ? (_values[0], _values[0]) : (0, 0);
        for (var t = 0; t < Length; t++)
        {
            var v = _values[t];
            (Least, Most) = (Math.Min(Least, v), Math.Max(Most, v));
            if (v == 0)
            {
                TrailingZeros++;
                continue;
            }
            NonZero++;
            LongestGap = Math.Max(LongestGap, TrailingZeros);
            TrailingZeros = 0;
        }
        IsConstant = Least == Most;
    }
}
