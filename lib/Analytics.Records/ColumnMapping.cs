namespace Analytics.Records;

/// <summary>Where one target column comes from.</summary>
public sealed record ColumnMapping
{
    /// <summary>The source's column: its name in the header (compared byte by byte), or its position from 1 in a file without header.</summary>
    public string Source { get; init; } = "";

    /// <summary>Whether white space (Unicode White_Space) at both ends is cut off. item_name always is. Off by default: numbers and times with blanks around them are then rejected.</summary>
    public bool Trim { get; init; }

    /// <summary>Whether a text is put into upper case (invariant culture), after trimming. Texts only.</summary>
    public bool Upper { get; init; }

    /// <summary>
    /// The formats of a time, tried in order; the first that takes the whole text wins. A subset of .NET's custom formats:
    /// <c>yyyy</c>, <c>M MM MMM</c> (Jan to Dec, any case), <c>d dd</c>, <c>H HH</c>, <c>h hh</c> with <c>tt</c> (AM, PM), <c>m mm</c>, <c>s ss</c>,
    /// <c>f</c> to <c>ffffff</c> (exactly as many digits), <c>F</c> to <c>FFFFFF</c> (up to as many; a point before them is optional too),
    /// <c>K</c> (Z or an offset, required) and <c>zzz</c> (an offset like +01:00); anything in '...' or behind a backslash, and every
    /// character that is no letter, stands for itself. Ones of a single letter take one or two digits.
    /// </summary>
    public IReadOnlyList<string> Formats { get; init; } = [];
}
