using System.Text.Json;

namespace Analytics.Records.Internals;

/// <summary>
/// Parses JSON lines: one object of plain values a line. A text is its characters, a number and true or false are as written,
/// null and a name that is not there are NULL. An object or array as a value is kept as written where no target reads it.
/// </summary>
internal sealed class JsonChunkParser(CompiledMapping mapping, int mostRecordBytes) : TextChunkParser(mapping, mostRecordBytes)
{
    private static readonly JsonReaderOptions Strict = new() { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 64 };

    private readonly JsonShapes _shapes = new(mapping.Source);
    private readonly List<Field> _fields = [];
    private readonly List<bool> _nested = [];
    private byte[] _names = new byte[256];
    private int _namesUsed;

    public override void Parse(ReadOnlySpan<byte> chunk, long firstLine)
    {
        var line = firstLine;
        var start = 0;
        while (start < chunk.Length)
        {
            var feed = chunk[start..].IndexOf((byte)'\n');
            var end = feed < 0 ? chunk.Length : start + feed;
            var content = CsvGrammar.Content(chunk[start..end]);
            if (content.Length > 0) Take(chunk, start, content, line);
            start = end + 1;
            line++;
        }
    }

    private void Take(ReadOnlySpan<byte> chunk, int start, ReadOnlySpan<byte> raw, long line)
    {
        Builder.NewRecord();
        if (IsTooLong(raw))
        {
            Reject(RejectRules.Size, line, raw);
            return;
        }
        if (!Utf8Text.IsText(raw))
        {
            Reject(RejectRules.Encoding, line, raw);
            return;
        }
        RowShape? shape;
        try
        {
            shape = Read(raw, start);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair, which is no text.
            shape = null;
        }
        if (shape is null) Reject(RejectRules.Json, line, raw);
        else Builder.Add(shape, chunk, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_fields), line, raw);
    }

    private RowShape? Read(ReadOnlySpan<byte> raw, int offset)
    {
        _fields.Clear();
        _nested.Clear();
        _namesUsed = 0;
        var reader = new Utf8JsonReader(raw, Strict);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!AddName(ref reader)) return null;
            reader.Read();
            var begin = (int)reader.TokenStartIndex;
            var isNested = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            _nested.Add(isNested);
            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    _fields.Add(Field.Null);
                    break;
                case JsonTokenType.String:
                    if (!AddText(ref reader, offset)) return null;
                    break;
                default:
                    if (isNested) reader.Skip();
                    _fields.Add(new Field(offset + begin, (int)reader.BytesConsumed - begin));
                    break;
            }
        }
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) return null;
        if (_shapes.Find(_names.AsSpan(0, _namesUsed)) is not { } shape) return null;
        foreach (var field in shape.FieldOfTarget)
            if (field >= 0 && _nested[field]) return null;
        return shape;
    }

    private bool AddText(ref Utf8JsonReader reader, int offset)
    {
        if (!reader.ValueIsEscaped)
        {
            _fields.Add(new Field(offset + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length));
            return true;
        }
        var space = Builder.Scratch(reader.ValueSpan.Length, out var start);
        var length = reader.CopyString(space);
        _fields.Add(Field.InScratch(start, length));
        // \u0000 is as little a text as the byte is.
        return !space[..length].Contains((byte)0);
    }

    private bool AddName(ref Utf8JsonReader reader)
    {
        var most = _namesUsed + reader.ValueSpan.Length + 1;
        if (most > _names.Length) Array.Resize(ref _names, most * 2);
        var length = reader.CopyString(_names.AsSpan(_namesUsed));
        if (_names.AsSpan(_namesUsed, length).Contains((byte)0)) return false;
        _namesUsed += length;
        _names[_namesUsed++] = 0;
        return true;
    }
}
