using Analytics.Records;

namespace Analytics.Tasks;

/// <summary>Numbers for different texts, from 0 in the order of their first appearance; texts are compared by their bytes.</summary>
internal sealed class TextCodes
{
    private readonly Dictionary<byte[], int> _codes = new(Utf8TextComparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<byte[]> _texts = [];

    public TextCodes() => _lookup = _codes.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>How many different texts there are.</summary>
    public int Count => _texts.Count;

    /// <summary>The text of a number.</summary>
    public byte[] this[int code] => _texts[code];

    /// <summary>The number of a text.</summary>
    public int Of(ReadOnlySpan<byte> text)
    {
        if (_lookup.TryGetValue(text, out var code)) return code;
        var bytes = text.ToArray();
        _codes.Add(bytes, _texts.Count);
        _texts.Add(bytes);
        return _texts.Count - 1;
    }

    /// <summary>Forgets all texts.</summary>
    public void Clear()
    {
        _codes.Clear();
        _texts.Clear();
    }
}
