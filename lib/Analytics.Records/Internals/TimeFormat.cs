using System.Text;

namespace Analytics.Records.Internals;

/// <summary>One time format, compiled to steps over UTF-8 bytes. The subset of .NET's custom formats is described at <see cref="ColumnMapping.Formats"/>.</summary>
internal sealed class TimeFormat
{
    private enum Part : byte
    {
        Literal, Year, Month, MonthName, Day, Hour, Hour12, Minute, Second, Fraction, OptionalFraction, HalfDay, Offset, ZuluOrOffset,
    }

    private readonly record struct Step(Part Part, byte Least, byte Most, byte Literal);

    private readonly Step[] _steps;

    private TimeFormat(Step[] steps, bool hasOffset, bool dateOnly)
    {
        _steps = steps;
        HasOffset = hasOffset;
        IsDateOnly = dateOnly;
    }

    /// <summary>Whether its times carry an offset.</summary>
    public bool HasOffset { get; }

    /// <summary>Whether it holds a date alone: then a midnight that the clocks jumped over is the day's first moment.</summary>
    public bool IsDateOnly { get; }

    /// <exception cref="FormatException">The format is none of the subset; the message says where and why.</exception>
    public static TimeFormat Compile(string format)
    {
        var steps = new List<Step>();
        var seen = new HashSet<Part>();
        var i = 0;
        while (i < format.Length)
        {
            var c = format[i];
            if (c == '\\')
            {
                if (i + 1 == format.Length) throw new FormatException("it ends with a backslash; expected a character behind it");
                AddLiteral(steps, format.AsSpan(i + 1, char.IsHighSurrogate(format[i + 1]) && i + 2 < format.Length ? 2 : 1));
                i += char.IsHighSurrogate(format[i + 1]) && i + 2 < format.Length ? 3 : 2;
                continue;
            }
            if (c is '\'' or '"')
            {
                var end = format.IndexOf(c, i + 1);
                if (end < 0) throw new FormatException($"the {c} at {i + 1} is never closed");
                AddLiteral(steps, format.AsSpan(i + 1, end - i - 1));
                i = end + 1;
                continue;
            }
            if (!char.IsAsciiLetter(c))
            {
                var length = char.IsHighSurrogate(c) && i + 1 < format.Length ? 2 : 1;
                AddLiteral(steps, format.AsSpan(i, length));
                i += length;
                continue;
            }
            var run = 1;
            while (i + run < format.Length && format[i + run] == c) run++;
            var step = Letter(c, run) ?? throw new FormatException(
                $"'{new string(c, run)}' at {i + 1} is not supported; expected yyyy, M, MM, MMM, d, dd, H, HH, h, hh, tt, m, mm, s, ss, f to ffffff, F to FFFFFF, K or zzz; put other letters in '...'");
            var family = step.Part switch
            {
                Part.MonthName => Part.Month,
                Part.Hour12 => Part.Hour,
                Part.OptionalFraction => Part.Fraction,
                Part.ZuluOrOffset => Part.Offset,
                _ => step.Part,
            };
            if (!seen.Add(family)) throw new FormatException($"'{new string(c, run)}' at {i + 1} says a second time what stands before it");
            steps.Add(step);
            i += run;
        }
        foreach (var needed in (ReadOnlySpan<Part>)[Part.Year, Part.Month, Part.Day])
            if (!seen.Contains(needed)) throw new FormatException($"it has no {needed.ToString().ToLowerInvariant()}; expected yyyy, a month and a day");
        var twelve = steps.Exists(step => step.Part == Part.Hour12);
        if (twelve != seen.Contains(Part.HalfDay)) throw new FormatException(twelve ? "h needs tt (AM or PM); H is the hour of 24" : "tt needs h or hh");
        if (!seen.Contains(Part.Hour) && (seen.Contains(Part.Minute) || seen.Contains(Part.Second) || seen.Contains(Part.Fraction)))
            throw new FormatException("it has minutes or seconds but no hour");
        if (!seen.Contains(Part.Minute) && seen.Contains(Part.Second)) throw new FormatException("it has seconds but no minutes");
        if (!seen.Contains(Part.Second) && seen.Contains(Part.Fraction)) throw new FormatException("it has a fraction but no seconds");
        return new TimeFormat([.. steps], seen.Contains(Part.Offset), !seen.Contains(Part.Hour));
    }

    private static Step? Letter(char c, int run) => (c, run) switch
    {
        ('y', 4) => new(Part.Year, 4, 4, 0),
        ('M', 1) => new(Part.Month, 1, 2, 0),
        ('M', 2) => new(Part.Month, 2, 2, 0),
        ('M', 3) => new(Part.MonthName, 3, 3, 0),
        ('d', 1) => new(Part.Day, 1, 2, 0),
        ('d', 2) => new(Part.Day, 2, 2, 0),
        ('H', 1) => new(Part.Hour, 1, 2, 0),
        ('H', 2) => new(Part.Hour, 2, 2, 0),
        ('h', 1) => new(Part.Hour12, 1, 2, 0),
        ('h', 2) => new(Part.Hour12, 2, 2, 0),
        ('m', 1) => new(Part.Minute, 1, 2, 0),
        ('m', 2) => new(Part.Minute, 2, 2, 0),
        ('s', 1) => new(Part.Second, 1, 2, 0),
        ('s', 2) => new(Part.Second, 2, 2, 0),
        ('t', 2) => new(Part.HalfDay, 2, 2, 0),
        ('f', >= 1 and <= 6) => new(Part.Fraction, (byte)run, (byte)run, 0),
        ('F', >= 1 and <= 6) => new(Part.OptionalFraction, 0, (byte)run, 0),
        ('K', 1) => new(Part.ZuluOrOffset, 0, 0, 0),
        ('z', 3) => new(Part.Offset, 0, 0, 0),
        _ => null,
    };

    private static void AddLiteral(List<Step> steps, ReadOnlySpan<char> text)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text.ToArray())) steps.Add(new Step(Part.Literal, 0, 0, value));
    }

    /// <summary>Reads a whole text.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="local">Microseconds since 1970-01-01 00:00 on the clock that the text shows.</param>
    /// <param name="offset">That clock's lead over UTC in microseconds; 0 without <see cref="HasOffset"/>.</param>
    public bool TryParse(ReadOnlySpan<byte> text, out long local, out long offset)
    {
        int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micros = 0, half = -1;
        var position = 0;
        local = offset = 0;
        for (var s = 0; s < _steps.Length; s++)
        {
            var step = _steps[s];
            switch (step.Part)
            {
                case Part.Literal:
                    // .NET reads "ss.FFF" with the point optional too.
                    if (step.Literal == '.' && s + 1 < _steps.Length && _steps[s + 1].Part == Part.OptionalFraction
                        && (position == text.Length || text[position] != '.'))
                    {
                        s++;
                        break;
                    }
                    if (position == text.Length || text[position] != step.Literal) return false;
                    position++;
                    break;
                case Part.Year:
                    if (!Digits(text, ref position, step, out year, out _)) return false;
                    break;
                case Part.Month:
                    if (!Digits(text, ref position, step, out month, out _)) return false;
                    break;
                case Part.MonthName:
                    if (!MonthName(text, ref position, out month)) return false;
                    break;
                case Part.Day:
                    if (!Digits(text, ref position, step, out day, out _)) return false;
                    break;
                case Part.Hour:
                    if (!Digits(text, ref position, step, out hour, out _) || hour > 23) return false;
                    break;
                case Part.Hour12:
                    if (!Digits(text, ref position, step, out hour, out _) || hour is < 1 or > 12) return false;
                    break;
                case Part.Minute:
                    if (!Digits(text, ref position, step, out minute, out _) || minute > 59) return false;
                    break;
                case Part.Second:
                    if (!Digits(text, ref position, step, out second, out _) || second > 59) return false;
                    break;
                case Part.Fraction or Part.OptionalFraction:
                    if (!Digits(text, ref position, step, out micros, out var digits)) return false;
                    for (; digits < 6; digits++) micros *= 10;
                    break;
                case Part.HalfDay:
                    if (text.Length - position < 2 || (text[position + 1] | 0x20) != 'm') return false;
                    half = (text[position] | 0x20) switch { 'a' => 0, 'p' => 12, _ => -1 };
                    if (half < 0) return false;
                    position += 2;
                    break;
                case Part.ZuluOrOffset when position < text.Length && text[position] == 'Z':
                    position++;
                    break;
                default:
                    if (!Offset(text, ref position, out offset)) return false;
                    break;
            }
        }
        if (position != text.Length) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (half >= 0) hour = hour % 12 + half;
        var days = new DateOnly(year, month, day).DayNumber - ZoneClock.UnixDayNumber;
        local = (((days * 24L + hour) * 60 + minute) * 60 + second) * 1_000_000 + micros;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, ref int position, Step step, out int value, out int digits)
    {
        value = 0;
        digits = 0;
        while (digits < step.Most && position < text.Length && (uint)(text[position] - '0') <= 9)
        {
            value = value * 10 + (text[position++] - '0');
            digits++;
        }
        return digits >= step.Least;
    }

    private static bool MonthName(ReadOnlySpan<byte> text, ref int position, out int month)
    {
        month = 0;
        if (text.Length - position < 3) return false;
        var name = (text[position] | 0x20) << 16 | (text[position + 1] | 0x20) << 8 | (text[position + 2] | 0x20);
        var names = "janfebmaraprmayjunjulaugsepoctnovdec"u8;
        for (var i = 0; i < 12; i++)
        {
            if (name != (names[3 * i] << 16 | names[3 * i + 1] << 8 | names[3 * i + 2])) continue;
            month = i + 1;
            position += 3;
            return true;
        }
        return false;
    }

    /// <summary>+01:00 or -0330: at most 14 hours, as .NET and every zone have it.</summary>
    private static bool Offset(ReadOnlySpan<byte> text, ref int position, out long offset)
    {
        offset = 0;
        if (position == text.Length || text[position] is not ((byte)'+' or (byte)'-')) return false;
        var negative = text[position++] == '-';
        var two = new Step(Part.Hour, 2, 2, 0);
        if (!Digits(text, ref position, two, out var hours, out _)) return false;
        if (position < text.Length && text[position] == ':') position++;
        if (!Digits(text, ref position, two, out var minutes, out _)) return false;
        if (minutes > 59 || hours * 60 + minutes > 14 * 60) return false;
        offset = (hours * 60 + minutes) * 60_000_000L * (negative ? -1 : 1);
        return true;
    }
}
