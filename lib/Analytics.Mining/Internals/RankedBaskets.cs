namespace Analytics.Mining.Internals;

/// <summary>
/// The baskets reduced to their frequent items, renumbered by falling frequency (rank 0 is the most frequent item;
/// ties go to the least code), and the occurrences of each rank.
/// </summary>
internal sealed class RankedBaskets
{
    public required int[] Codes { get; init; }

    public required int[] Supports { get; init; }

    /// <summary>Start of each basket in <see cref="Ranks"/>.</summary>
    public required int[] Offsets { get; init; }

    /// <summary>Ranks, ascending in each basket.</summary>
    public required int[] Ranks { get; init; }

    /// <summary>Start of each rank's occurrences in <see cref="Starts"/> and <see cref="Ends"/>.</summary>
    public required int[] OccurrenceOffsets { get; init; }

    /// <summary>Where the basket of an occurrence starts.</summary>
    public required int[] Starts { get; init; }

    /// <summary>Where in <see cref="Ranks"/> the occurrence is: its basket's more frequent items lie before.</summary>
    public required int[] Ends { get; init; }

    public int Count => Codes.Length;

    public static RankedBaskets Build(BasketSet baskets, int minimumSupport)
    {
        var counts = baskets.CountItems();
        var codes = Enumerable.Range(0, counts.Length).Where(code => counts[code] >= minimumSupport).ToArray();
        Array.Sort(codes, (a, b) => counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : a.CompareTo(b));
        var rankOf = new int[baskets.ItemCount];
        Array.Fill(rankOf, -1);
        var supports = new int[codes.Length];
        var occurrenceOffsets = new int[codes.Length + 1];
        for (var rank = 0; rank < codes.Length; rank++)
        {
            rankOf[codes[rank]] = rank;
            supports[rank] = counts[codes[rank]];
            occurrenceOffsets[rank + 1] = occurrenceOffsets[rank] + supports[rank];
        }

        var ranks = new int[occurrenceOffsets[^1]];
        var offsets = new int[baskets.Count + 1];
        var write = 0;
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            var start = write;
            foreach (var code in baskets[basket])
            {
                var rank = rankOf[code];
                if (rank >= 0) ranks[write++] = rank;
            }
            ranks.AsSpan(start, write - start).Sort();
            offsets[basket + 1] = write;
        }

        var next = occurrenceOffsets.AsSpan(0, codes.Length).ToArray();
        var starts = new int[ranks.Length];
        var ends = new int[ranks.Length];
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            var start = offsets[basket];
            for (var i = start; i < offsets[basket + 1]; i++)
            {
                var slot = next[ranks[i]]++;
                starts[slot] = start;
                ends[slot] = i;
            }
        }
        return new RankedBaskets
        {
            Codes = codes, Supports = supports, Offsets = offsets, Ranks = ranks,
            OccurrenceOffsets = occurrenceOffsets, Starts = starts, Ends = ends,
        };
    }
}
