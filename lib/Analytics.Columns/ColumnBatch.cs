namespace Analytics.Columns;

/// <summary>Some rows, column by column: the unit in which rows move between parser, engine, grouped work and files.</summary>
public sealed class ColumnBatch
{
    private readonly ColumnVector[] _vectors;

    /// <summary>An empty batch of these columns.</summary>
    public ColumnBatch(IReadOnlyList<Column> columns)
    {
        Columns = columns;
        _vectors = new ColumnVector[columns.Count];
        for (var i = 0; i < _vectors.Length; i++) _vectors[i] = ColumnVector.Create(columns[i].Type);
    }

    /// <summary>The usual number of rows a batch: large enough to hide the cost of a call, small enough for the caches.</summary>
    public const int UsualRows = 8192;

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>How many rows it holds. All vectors hold as many once a row is whole.</summary>
    public int Count => _vectors.Length == 0 ? 0 : _vectors[0].Count;

    /// <summary>The vector of a column by its position.</summary>
    public ColumnVector this[int column] => _vectors[column];

    /// <summary>The vector of a BOOLEAN column.</summary>
    public ValueVector<bool> Booleans(int column) => (ValueVector<bool>)_vectors[column];

    /// <summary>The vector of an INTEGER or DATE column.</summary>
    public ValueVector<int> Ints(int column) => (ValueVector<int>)_vectors[column];

    /// <summary>The vector of a BIGINT, TIMESTAMP or DECIMAL (18 digits at most) column.</summary>
    public ValueVector<long> Longs(int column) => (ValueVector<long>)_vectors[column];

    /// <summary>The vector of a DECIMAL column of more than 18 digits.</summary>
    public ValueVector<Int128> Int128s(int column) => (ValueVector<Int128>)_vectors[column];

    /// <summary>The vector of a DOUBLE column.</summary>
    public ValueVector<double> Doubles(int column) => (ValueVector<double>)_vectors[column];

    /// <summary>The vector of a VARCHAR column.</summary>
    public TextVector Texts(int column) => (TextVector)_vectors[column];

    /// <summary>The vector of a VARCHAR[] column.</summary>
    public TextListVector TextLists(int column) => (TextListVector)_vectors[column];

    /// <summary>Appends one row of another batch with the same column types.</summary>
    public void AppendRow(ColumnBatch other, int row)
    {
        for (var i = 0; i < _vectors.Length; i++) _vectors[i].AppendFrom(other._vectors[i], row);
    }

    /// <summary>Appends consecutive rows of another batch with the same column types.</summary>
    public void AppendRows(ColumnBatch other, int start, int count)
    {
        for (var i = 0; i < _vectors.Length; i++) _vectors[i].AppendRange(other._vectors[i], start, count);
    }

    /// <summary>The bytes of the memory that its vectors hold, used or not.</summary>
    public long MemoryBytes => _vectors.Sum(v => v.MemoryBytes);

    /// <summary>Forgets all rows and keeps the memory.</summary>
    public void Clear()
    {
        foreach (var vector in _vectors) vector.Clear();
    }
}
