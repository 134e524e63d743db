namespace Analytics.Records.Internals;

/// <summary>Finds the known names closest to an unknown one, by edit distance without regard to ASCII case.</summary>
internal static class NearestName
{
    /// <summary>"; did you mean 'a', 'b'?" with up to three near names, else what there is.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var all = known.ToArray();
        var near = all
            .Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.Distance <= Math.Max(2, Math.Max(name.Length, pair.Name.Length) / 3))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Take(3)
            .Select(pair => $"'{pair.Name}'")
            .ToArray();
        if (near.Length > 0) return $"; did you mean {string.Join(", ", near)}?";
        const int most = 40;
        var listed = string.Join(", ", all.Take(most).Select(candidate => $"'{Shorten(candidate)}'"));
        return all.Length > most ? $"; there are {listed} and {all.Length - most} more" : $"; there are {listed}";
    }

    /// <summary>A name for a message: at most 60 characters of it.</summary>
    public static string Shorten(string name) => name.Length <= 60 ? name : name[..60] + "...";

    /// <summary>Levenshtein's distance; names beyond 100 characters are compared by their first 100.</summary>
    public static int Distance(string a, string b)
    {
        if (a.Length > 100) a = a[..100];
        if (b.Length > 100) b = b[..100];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
