using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Compares the keys of neighbouring rows of a sorted query, also across the edge of two chunks.</summary>
internal sealed class KeyCursor
{
    private readonly ChunkReader _reader;
    private readonly int[] _columns;

    public KeyCursor(ChunkReader reader, int[] columns)
    {
        _reader = reader;
        _columns = columns;
        Key = new ColumnBatch([.. columns.Select(column => reader.Columns[column])]);
    }

    /// <summary>The key that was remembered last: one row, none at first.</summary>
    public ColumnBatch Key { get; }

    /// <summary>Remembers the key of a row of the current chunk.</summary>
    public void Remember(int row)
    {
        Key.Clear();
        for (var i = 0; i < _columns.Length; i++) _reader[_columns[i]].CopyTo(Key[i], row, 1, Key.Columns[i].Name, "key");
    }

    /// <summary>Whether a row of the current chunk has the remembered key.</summary>
    public bool IsRemembered(int row)
    {
        if (Key.Count == 0) return false;
        for (var i = 0; i < _columns.Length; i++)
            if (!_reader[_columns[i]].SameAs(row, Key[i], 0)) return false;
        return true;
    }

    /// <summary>Whether two rows of the current chunk have the same key.</summary>
    public bool Same(int row, int other)
    {
        for (var i = 0; i < _columns.Length; i++)
            if (!_reader[_columns[i]].SameAs(row, other)) return false;
        return true;
    }
}
