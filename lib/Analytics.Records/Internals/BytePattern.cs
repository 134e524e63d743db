using System.Text;
using System.Text.RegularExpressions;

namespace Analytics.Records.Internals;

/// <summary>A regular expression over UTF-8 texts that is asked once a distinct text. Not safe for several threads: one a parser.</summary>
internal sealed class BytePattern
{
    // Bounds the memory under a column without repeats; forgetting changes no answer.
    private const int MostTexts = 1 << 16;

    private readonly Regex _regex;
    private readonly Dictionary<byte[], bool> _known = new(Utf8TextComparer.Instance);
    private readonly Dictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public BytePattern(string pattern)
    {
        _regex = Open(pattern);
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>
    /// Whether every engine answers alike and in little time: nothing that only a backtracking engine knows, and at most one quantifier, so
    /// that nothing multiplies. Starting the automaton costs 0.04 s of a night that brings one file, most of it for code that is compiled for it.
    /// </summary>
    internal static bool IsPlain(string pattern)
    {
        var quantifiers = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\' when i + 1 < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[i + 1]) && pattern[i + 1] is not ('d' or 'w' or 's' or 'D' or 'W' or 'S')):
                case '(' when i + 1 < pattern.Length && pattern[i + 1] == '?':
                    return false;
                case '\\':
                    i++;
                    break;
                case '*' or '+' or '?' or '{' when ++quantifiers > 1:
                    return false;
            }
        }
        return true;
    }

    /// <summary>Fails as the constructor does where a text is no expression that can be used.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It needs an engine that goes back.</exception>
    public static void Check(string pattern) => Open(pattern);

    private static Regex Open(string pattern) => IsPlain(pattern) ? new Regex(pattern, RegexOptions.CultureInvariant) : Compile(pattern);

    /// <summary>The expression in the engine whose time is linear in the text; it refuses what that cannot do.</summary>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        if (_lookup.TryGetValue(utf8, out var known)) return known;
        var answer = _regex.IsMatch(Encoding.UTF8.GetString(utf8));
        if (_known.Count == MostTexts) _known.Clear();
        _lookup[utf8] = answer;
        return answer;
    }
}
