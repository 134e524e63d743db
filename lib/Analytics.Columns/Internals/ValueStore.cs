namespace Analytics.Columns.Internals;

/// <summary>The values of one column chunk, NULLs left out, until its row group is complete; then it encodes them.</summary>
internal abstract class ValueStore
{
    /// <summary>A dictionary of more bytes than this costs readers more than it saves; parquet-java draws the same line.</summary>
    protected const int MaximumDictionaryBytes = 1 << 20;

    /// <summary>How many values it holds.</summary>
    public int Count { get; protected set; }

    /// <summary>The bytes of all texts held; 0 for fixed-width values.</summary>
    public virtual long TextBytes => 0;

    /// <summary>Whether the values go out as indexes into a dictionary. Set by <see cref="Analyse"/>.</summary>
    public bool UsesDictionary { get; protected set; }

    /// <summary>Entries of the dictionary.</summary>
    public int DictionaryCount { get; protected set; }

    /// <summary>Whether <see cref="Minimum"/> and <see cref="Maximum"/> hold bounds.</summary>
    public bool HasBounds { get; protected set; }

    /// <summary>A lower bound in PLAIN encoding without length; the least value where <see cref="MinimumIsExact"/>.</summary>
    public ByteBuffer Minimum { get; } = new();

    /// <summary>An upper bound in PLAIN encoding without length; the greatest value where <see cref="MaximumIsExact"/>.</summary>
    public ByteBuffer Maximum { get; } = new();

    public bool MinimumIsExact { get; protected set; }

    public bool MaximumIsExact { get; protected set; }

    /// <summary>Appends rows of a vector; the caller knows that none of them is NULL.</summary>
    public abstract void Append(ColumnVector vector, int start, int count);

    /// <summary>Looks at all values: dictionary or not, bounds.</summary>
    public abstract void Analyse();

    public abstract void WriteDictionary(ByteBuffer page);

    /// <summary>Writes values as indexes (with their width in front) or PLAIN.</summary>
    public abstract void WriteValues(ByteBuffer page, int start, int count);

    /// <summary>The bytes of one text; 0 for fixed-width values.</summary>
    public virtual int TextLength(int index) => 0;

    public virtual void Clear()
    {
        Count = 0;
        UsesDictionary = false;
        DictionaryCount = 0;
        HasBounds = false;
        Minimum.Clear();
        Maximum.Clear();
    }

    public static ValueStore Create(Column column) => column.Type.Kind switch
    {
        ColumnKind.Boolean => new BooleanStore(),
        ColumnKind.Int32 or ColumnKind.Date => new FixedStore<int>(column),
        ColumnKind.Int64 or ColumnKind.Timestamp or ColumnKind.Double => new FixedStore<long>(column),
        ColumnKind.Decimal => column.Type.Precision <= 18 ? new FixedStore<long>(column) : new FixedStore<Int128>(column),
        ColumnKind.Text or ColumnKind.TextList => new TextStore(),
        _ => throw new InvalidOperationException($"no Parquet encoding for {column.Type}"),
    };
}

/// <summary>Booleans: always PLAIN, one bit each.</summary>
internal sealed class BooleanStore : ValueStore
{
    private bool[] _values = [];

    public override void Append(ColumnVector vector, int start, int count)
    {
        if (Count + count > _values.Length) Array.Resize(ref _values, Math.Max(Count + count, 2 * _values.Length));
        ((ValueVector<bool>)vector).Values.Slice(start, count).CopyTo(_values.AsSpan(Count));
        Count += count;
    }

    public override void Analyse()
    {
        if (Count == 0) return;
        var values = _values.AsSpan(0, Count);
        Minimum.Append((byte)(values.Contains(false) ? 0 : 1));
        Maximum.Append((byte)(values.Contains(true) ? 1 : 0));
        HasBounds = MinimumIsExact = MaximumIsExact = true;
    }

    public override void WriteDictionary(ByteBuffer page) => throw new InvalidOperationException("booleans have no dictionary");

    public override void WriteValues(ByteBuffer page, int start, int count)
    {
        for (var i = 0; i < count; i += 8)
        {
            var bits = 0;
            for (var j = i; j < Math.Min(i + 8, count); j++)
                if (_values[start + j]) bits |= 1 << (j - i);
            page.Append((byte)bits);
        }
    }
}
