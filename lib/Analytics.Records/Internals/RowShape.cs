using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Analytics.Records.Internals;

/// <summary>The columns of a source: which field feeds which target, and in which order the fields enter the fingerprint.</summary>
internal sealed class RowShape
{
    private RowShape(int fields, int[] fieldOfTarget, int[] hashOrder, long seed)
    {
        Fields = fields;
        FieldOfTarget = fieldOfTarget;
        HashOrder = hashOrder;
        Seed = seed;
        Targets = [.. Enumerable.Range(0, TargetColumns.Count).Where(target => fieldOfTarget[target] >= 0 || TargetColumns.All[target].Needed)];
    }

    public int Fields { get; }

    /// <summary>For each target column its field, or -1.</summary>
    public int[] FieldOfTarget { get; }

    /// <summary>The targets that have a field or need one, in the order in which they are checked.</summary>
    public int[] Targets { get; }

    /// <summary>The fields in order of their names' UTF-8 bytes.</summary>
    public int[] HashOrder { get; }

    /// <summary>XXH3 of the names in that order, each behind its length.</summary>
    public long Seed { get; }

    /// <summary>Binds columns to targets. Mapped columns that are not there stay unbound: whether that is an error is the caller's.</summary>
    public static RowShape Create(IReadOnlyList<string> names, RecordMapping mapping)
    {
        var utf8 = names.Select(Encoding.UTF8.GetBytes).ToArray();
        var order = Enumerable.Range(0, names.Count).ToArray();
        Array.Sort(order, (a, b) => utf8[a].AsSpan().SequenceCompareTo(utf8[b]));
        var hash = new XxHash3();
        Span<byte> length = stackalloc byte[4];
        foreach (var i in order)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, utf8[i].Length);
            hash.Append(length);
            hash.Append(utf8[i]);
        }
        var targets = new int[TargetColumns.Count];
        for (var t = 0; t < targets.Length; t++)
        {
            targets[t] = -1;
            if (!mapping.Columns.TryGetValue(TargetColumns.All[t].Name, out var column)) continue;
            for (var i = 0; i < names.Count && targets[t] < 0; i++)
                if (names[i] == column.Source) targets[t] = i;
        }
        return new RowShape(names.Count, targets, order, unchecked((long)hash.GetCurrentHashAsUInt64()));
    }
}
