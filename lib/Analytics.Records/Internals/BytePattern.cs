using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;

namespace Analytics.Records.Internals;

/// <summary>A regular expression over UTF-8 texts that is asked once a distinct text. Not safe for several threads: one a parser.</summary>
internal sealed class BytePattern
{
    // Bounds the memory under a column without repeats; forgetting changes no answer.
    private const int MostTexts = 1 << 16;

    private readonly Regex _regex;
    private readonly Dictionary<byte[], bool> _known = new(new ByteComparer());
    private readonly Dictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public BytePattern(string pattern)
    {
        _regex = Compile(pattern);
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        if (_lookup.TryGetValue(utf8, out var known)) return known;
        var answer = _regex.IsMatch(Encoding.UTF8.GetString(utf8));
        if (_known.Count == MostTexts) _known.Clear();
        _lookup[utf8] = answer;
        return answer;
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] key) => GetHashCode(key.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => unchecked((int)XxHash3.HashToUInt64(alternate));

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
