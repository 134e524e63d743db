using Analytics.Records.Internals;

namespace Analytics.Jobs.Configuration;

/// <summary>The nearest known name to a mistyped one.</summary>
internal static class Nearest
{
    /// <summary>The known name with the least edit distance, or null where none is near.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = NearestName.Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance >= bestDistance) continue;
            best = candidate;
            bestDistance = distance;
        }
        return best is not null && bestDistance <= Math.Max(3, best.Length / 2) ? best : null;
    }
}
