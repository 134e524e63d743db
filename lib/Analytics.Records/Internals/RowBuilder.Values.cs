using System.Buffers.Binary;
using System.IO.Hashing;

namespace Analytics.Records.Internals;

internal sealed partial class RowBuilder
{
    private static string? Rule(NumberResult result) => result switch
    {
        NumberResult.Ok => null,
        NumberResult.Precision => RejectRules.Precision,
        _ => RejectRules.Number,
    };

    private string? Time(ReadOnlySpan<byte> text, out long utc, out int day)
    {
        // The lines of one order share its time, so that most times are the one before.
        if (_timeText.AsSpan(0, _timeLength).SequenceEqual(text))
        {
            utc = _timeUtc;
            day = _timeDay;
            return _timeRule;
        }
        _timeRule = ReadTime(text, out _timeUtc, out _timeDay);
        if (text.Length > _timeText.Length)
        {
            _timeLength = 0;
            (utc, day) = (_timeUtc, _timeDay);
            var rule = _timeRule;
            _timeRule = RejectRules.Missing;
            return rule;
        }
        text.CopyTo(_timeText);
        _timeLength = text.Length;
        utc = _timeUtc;
        day = _timeDay;
        return _timeRule;
    }

    private string? ReadTime(ReadOnlySpan<byte> text, out long utc, out int day)
    {
        foreach (var format in _mapping.Formats)
        {
            if (!format.TryParse(text, out var local, out var offset)) continue;
            if (!format.HasOffset) return FromLocal(local, format.IsDateOnly, out utc, out day);
            utc = local - offset;
            // With a zone, the shop's day decides; without, the date as written.
            return InWindow(utc, _mapping.Clock is { } clock ? utc + clock.OffsetAt(utc) : local, out day);
        }
        utc = 0;
        day = 0;
        return RejectRules.Time;
    }

    private string? Time(TypedTime time, out long utc, out int day)
    {
        if (time.IsTooFine)
        {
            utc = 0;
            day = 0;
            return RejectRules.Precision;
        }
        if (!time.IsUtc) return FromLocal(time.Micros, time.IsDate, out utc, out day);
        utc = time.Micros;
        return InWindow(utc, _mapping.Clock is { } clock ? utc + clock.OffsetAt(utc) : utc, out day);
    }

    private string? FromLocal(long local, bool dateOnly, out long utc, out int day)
    {
        var clock = _mapping.Clock!;
        if (clock.TryToUtc(local, out utc) || (dateOnly && clock.TryAfterGap(local, out utc))) return InWindow(utc, local, out day);
        day = 0;
        return RejectRules.TimeGap;
    }

    private string? InWindow(long utc, long local, out int day)
    {
        var days = Math.DivRem(local, ZoneClock.MicrosADay, out var rest);
        if (rest < 0) days--;
        day = (int)Math.Clamp(days, int.MinValue, int.MaxValue);
        return days < _mapping.FirstDay || days > _mapping.LastDay || !ZoneClock.IsTimestamp(utc) ? RejectRules.Window : null;
    }

    /// <summary>XXH128 over the fields in order of their names, each behind its length (-1 for NULL), seeded with the names.</summary>
    private UInt128 Fingerprint(RowShape shape, ReadOnlySpan<byte> data, ReadOnlySpan<Field> fields)
    {
        var length = 0L;
        foreach (var field in fields[..shape.Fields]) length += 4 + Math.Max(0, field.Length);
        if (length > _hashed.Length) _hashed = new byte[checked((int)Math.Max(length, Math.Min(Array.MaxLength, 2L * _hashed.Length)))];
        var hashed = _hashed.AsSpan();
        var position = 0;
        foreach (var index in shape.HashOrder)
        {
            var field = fields[index];
            BinaryPrimitives.WriteInt32LittleEndian(hashed[position..], field.Length);
            position += 4;
            if (field.Length <= 0) continue;
            Text(data, field).CopyTo(hashed[position..]);
            position += field.Length;
        }
        return XxHash128.HashToUInt128(hashed[..position], shape.Seed);
    }

    private void Reject(string rule, long line, int target, bool hasValue, ReadOnlySpan<byte> value, ReadOnlySpan<byte> raw, long rawBytes)
    {
        _rejects.Longs(RejectColumns.SourceLine).Append(line);
        _rejects.Texts(RejectColumns.Rule).Append(rule);
        if (target < 0) _rejects[RejectColumns.Column].AppendNull();
        else _rejects.Texts(RejectColumns.Column).Append(target == TargetColumns.Count ? "amount"u8 : TargetNames[target]);
        if (hasValue) _rejects.Texts(RejectColumns.Value).Append(Utf8Text.Printable(value, MostRawBytes));
        else _rejects[RejectColumns.Value].AppendNull();
        _rejects.Texts(RejectColumns.Raw).Append(Utf8Text.Printable(raw, MostRawBytes));
        _rejects.Longs(RejectColumns.RawBytes).Append(rawBytes);
        Tally.Reject(rule);
    }
}
