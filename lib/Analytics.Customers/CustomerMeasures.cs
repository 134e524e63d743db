using System.Text;

namespace Analytics.Customers;

/// <summary>The measures of each customer, row by row, in any order.</summary>
public sealed class CustomerMeasures
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string[] _customerIds;
    private readonly int[] _recencyDays;
    private readonly long[] _frequency;
    private readonly Int128[] _monetary;
    private readonly byte[][] _keys;

    /// <summary>Takes the measures; the arrays are kept, not copied, and must not change.</summary>
    /// <param name="customerIds">Distinct ids.</param>
    /// <param name="recencyDays">Days from the last sale to the business date, at least 0.</param>
    /// <param name="frequency">Sale orders, at least 1.</param>
    /// <param name="monetary">Sales and returns together, unscaled DECIMAL(28,7): 1.50 is 15,000,000. May be negative.</param>
    /// <exception cref="ArgumentException">The lengths differ, an id is missing, no Unicode or there twice, or a measure is outside its range.</exception>
    public CustomerMeasures(string[] customerIds, int[] recencyDays, long[] frequency, Int128[] monetary)
    {
        ArgumentNullException.ThrowIfNull(customerIds);
        ArgumentNullException.ThrowIfNull(recencyDays);
        ArgumentNullException.ThrowIfNull(frequency);
        ArgumentNullException.ThrowIfNull(monetary);
        var count = customerIds.Length;
        if (recencyDays.Length != count || frequency.Length != count || monetary.Length != count)
            throw new ArgumentException($"{count} customer ids came with {recencyDays.Length} recencies, {frequency.Length} frequencies and {monetary.Length} amounts; one of each a customer is expected");
        for (var i = 0; i < count; i++)
        {
            if (customerIds[i] is null) throw new ArgumentException($"row {i} has no customer id; leave customers without one out");
            if (recencyDays[i] < 0) throw new ArgumentException($"customer {customerIds[i]} bought {-(long)recencyDays[i]} days after the business date; cut the sales off at that date");
            if (frequency[i] < 1) throw new ArgumentException($"customer {customerIds[i]} has {frequency[i]} sale orders; only customers with a sale belong here");
        }
        (_customerIds, _recencyDays, _frequency, _monetary) = (customerIds, recencyDays, frequency, monetary);

        _keys = new byte[count][];
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
            try
            {
                _keys[i] = Utf8.GetBytes(customerIds[i]);
            }
            catch (EncoderFallbackException error)
            {
                throw new ArgumentException($"the customer id of row {i} is no Unicode text: it has half of a surrogate pair", nameof(customerIds), error);
            }
        }
        Array.Sort(order, (left, right) => Compare(_keys[left], _keys[right]));
        for (var i = 1; i < count; i++)
            if (_keys[order[i]].AsSpan().SequenceEqual(_keys[order[i - 1]]))
                throw new ArgumentException($"customer {customerIds[order[i]]} has two rows; one row a customer is expected", nameof(customerIds));
        Order = order;
    }

    /// <summary>How many customers there are.</summary>
    public int Count => _customerIds.Length;

    /// <summary>The ids, row by row.</summary>
    public ReadOnlySpan<string> CustomerIds => _customerIds;

    /// <summary>Days since the last sale, row by row.</summary>
    public ReadOnlySpan<int> RecencyDays => _recencyDays;

    /// <summary>Sale orders, row by row.</summary>
    public ReadOnlySpan<long> Frequency => _frequency;

    /// <summary>Sales and returns together, unscaled DECIMAL(28,7), row by row.</summary>
    public ReadOnlySpan<Int128> Monetary => _monetary;

    /// <summary>The rows in order of their ids' UTF-8 bytes: every sum runs in this order, so that the rows' own never shows.</summary>
    internal int[] Order { get; }

    /// <summary>A row's id in UTF-8.</summary>
    internal ReadOnlySpan<byte> Key(int row) => _keys[row];

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);
}
