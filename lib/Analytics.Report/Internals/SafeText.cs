using System.Globalization;
using System.Text;

namespace Analytics.Report.Internals;

/// <summary>Escapes text that others wrote so that it can be read but can neither end its element nor reorder its surroundings.</summary>
internal static class SafeText
{
    /// <summary>
    /// Appends text for an element or a double-quoted attribute. Characters that XML forbids or that a reader cannot see become
    /// visible: C0 controls as their pictures, C1 controls, line separators, lone surrogates, non-characters and the
    /// controls that open, override or close a direction as <c>\uXXXX</c>. Direction marks (U+200E, U+200F, U+061C) stay: names need them.
    /// </summary>
    public static void Append(StringBuilder output, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '&': output.Append("&amp;"); break;
                case '<': output.Append("&lt;"); break;
                case '>': output.Append("&gt;"); break;
                case '"': output.Append("&quot;"); break;
                case '\'': output.Append("&#39;"); break;
                case < ' ': output.Append((char)(0x2400 + c)); break;
                case '\u007f': output.Append('\u2421'); break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
                        && (char.ConvertToUtf32(c, text[i + 1]) & 0xFFFE) != 0xFFFE)
                        output.Append(c).Append(text[++i]);
                    else if (IsHidden(c))
                        output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                    else
                        output.Append(c);
                    break;
            }
        }
    }

    /// <summary>Chars of a grapheme that count as one; an emoji of a family has 11.</summary>
    private const int LongestGrapheme = 12;

    /// <summary>The first <paramref name="cells"/> characters as a reader counts them, with an ellipsis where something is cut.</summary>
    public static string Cut(string text, int cells)
    {
        if (text.Length <= cells) return text;
        var length = 0;
        var end = 0;
        for (var count = 0; length < text.Length; count++)
        {
            // More marks than one letter takes: the rest would pile up on it.
            var piles = length > 0 && char.GetUnicodeCategory(text[length]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
            if (piles) return string.Concat(text.AsSpan(0, Math.Min(length, text.Length)), "…");
            if (count == cells) return string.Concat(text.AsSpan(0, end).TrimEnd(), "…");
            if (count == cells - 1) end = length;
            // A grapheme of many combining marks would otherwise carry a text of any length past the cut.
            length += StringInfo.GetNextTextElementLength(text.AsSpan(length, Math.Min(LongestGrapheme, text.Length - length)));
        }
        return text;
    }

    private static bool IsHidden(char c) => c
        is (>= '\u0080' and <= '\u009f') or '\u00ad' or '\u2028' or '\u2029' or '\ufeff'
        or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or (>= '\ufff9' and <= '\ufffb')
        or (>= '\ud800' and <= '\udfff') or (>= '\ufdd0' and <= '\ufdef') or '\ufffe' or '\uffff';
}
