namespace Analytics.Engine.Wire.Internals;

/// <summary>Takes the fields off a line, one after the other.</summary>
internal ref struct Fields(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;
    private bool _ended;

    /// <summary>The next field; false behind the last.</summary>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        field = default;
        if (_ended) return false;
        var tab = _rest.IndexOf((byte)'\t');
        _ended = tab < 0;
        field = _ended ? _rest : _rest[..tab];
        if (!_ended) _rest = _rest[(tab + 1)..];
        return true;
    }

    /// <summary>Where the first so many fields end; -1 where there are fewer.</summary>
    public static int EndOf(ReadOnlySpan<byte> line, int fields)
    {
        var end = 0;
        for (var i = 0; i < fields; i++)
        {
            if (i > 0)
            {
                if (end == line.Length) return -1;
                end++;
            }
            var tab = line[end..].IndexOf((byte)'\t');
            end = tab < 0 ? line.Length : end + tab;
        }
        return end;
    }

    public static int Count(ReadOnlySpan<byte> line) => System.MemoryExtensions.Count(line, (byte)'\t') + 1;
}
