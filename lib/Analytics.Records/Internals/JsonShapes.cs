using System.Text;

namespace Analytics.Records.Internals;

/// <summary>The shapes of JSON objects by the names in them, in the order in which they stand. One a thread.</summary>
internal sealed class JsonShapes(RecordMapping mapping)
{
    // Bounds the memory under objects whose names never repeat; forgetting changes no answer.
    private const int MostShapes = 1024;

    private readonly Dictionary<string, RowShape> _shapes = new(StringComparer.Ordinal);
    private byte[] _lastNames = [];
    private RowShape? _last;

    /// <summary>The shape of an object.</summary>
    /// <param name="names">Its names, each with a NUL behind it.</param>
    /// <returns>Null where a name comes twice.</returns>
    public RowShape? Find(ReadOnlySpan<byte> names)
    {
        if (_last is not null && names.SequenceEqual(_lastNames)) return _last;
        var key = Encoding.UTF8.GetString(names);
        if (!_shapes.TryGetValue(key, out var shape))
        {
            var list = key.Split('\0')[..^1];
            if (list.Distinct(StringComparer.Ordinal).Count() != list.Length) return null;
            if (_shapes.Count == MostShapes) _shapes.Clear();
            _shapes[key] = shape = RowShape.Create(list, mapping);
        }
        _last = shape;
        _lastNames = names.ToArray();
        return shape;
    }
}
