using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Analytics.Mining.Internals;

/// <summary>
/// Rules as bitmaps, for baskets that hold a good part of all antecedents: a bit a rule, by rank, and for each item one bitmap
/// of the rules that ask for it and one of those that lead to it. A basket rules out those that ask for an item that it lacks
/// or lead to one that it holds, so as many vectors are joined as there are items, whatever the basket holds, and what is left
/// of a block of rules comes in the order of ranks.
/// </summary>
internal sealed unsafe class RuleBitmaps
{
    /// <summary>More items are left to the prefix tree, so that a rule takes at most 64 bytes.</summary>
    public const int MostItems = 256;

    /// <summary>Four vectors: wide enough to hide the loads, and the items of a block lie side by side in memory.</summary>
    private const int BlockRules = 1024;

    private const int BlockWords = BlockRules / 64;

    /// <summary>After so many items a block is given up where all of its rules are ruled out.</summary>
    private const int LookAfter = 8;

    // [block][item][0: asks for it, 1: leads to it][word]
    private readonly ulong[] _bits;
    private readonly int[] _localOf;

    private RuleBitmaps(ulong[] bits, int[] localOf, int items, int blocks) => (_bits, _localOf, Items, Blocks) = (bits, localOf, items, blocks);

    /// <summary>The items of all rules.</summary>
    public int Items { get; }

    /// <summary>Blocks of rules.</summary>
    public int Blocks { get; }

    /// <summary>Makes them where a typical basket is dense enough for them to be cheaper than a walk through the prefix tree, else null.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="ruleOfRank">The rules by rank.</param>
    public static RuleBitmaps? Create(RuleTable rules, int[] ruleOfRank)
    {
        var localOf = new int[rules.Itemsets.ItemCount];
        var asking = new int[localOf.Length];
        var used = new bool[localOf.Length];
        double held = 0;
        for (var rule = 0; rule < rules.Count; rule++)
        {
            foreach (var item in rules.Antecedent(rule))
            {
                asking[item]++;
                used[item] = true;
            }
            foreach (var item in rules.Consequent(rule)) used[item] = true;
            held += (double)rules.Counts(rule).Antecedent / rules.Counts(rule).Baskets;
        }
        // Those that most rules ask for first: without them a block is soon ruled out.
        var items = 0;
        Array.Fill(localOf, -1);
        foreach (var item in Enumerable.Range(0, localOf.Length).Where(item => used[item]).OrderByDescending(item => asking[item])) localOf[item] = items++;
        // In nanoseconds, as measured: the tree pays for each antecedent that a basket holds, the bitmaps for each item and block.
        var blocks = (rules.Count + BlockRules - 1) / BlockRules;
        if (items is 0 or > MostItems || 2.0 * items * blocks + 1000 > 4.0 * held) return null;
        var bits = GC.AllocateArray<ulong>(checked(blocks * items * 2 * BlockWords), pinned: true);
        for (var rank = 0; rank < rules.Count; rank++)
        {
            var (block, bit) = (rank / BlockRules, rank % BlockRules);
            var word = block * items * 2 * BlockWords + (bit >> 6);
            foreach (var item in rules.Antecedent(ruleOfRank[rank])) bits[word + localOf[item] * 2 * BlockWords] |= 1UL << bit;
            foreach (var item in rules.Consequent(ruleOfRank[rank])) bits[word + (localOf[item] * 2 + 1) * BlockWords] |= 1UL << bit;
        }
        return new RuleBitmaps(bits, localOf, items, blocks);
    }

    /// <summary>Which bitmaps rule out a basket's rules: those of the items that it lacks first, as they rule out most.</summary>
    /// <param name="basket">Item codes; those of no rule are passed over.</param>
    /// <param name="held">Scratch of <see cref="Items"/> entries, all false before and after.</param>
    /// <param name="chosen">Receives <see cref="Items"/> positions within a block.</param>
    public void Choose(ReadOnlySpan<int> basket, bool[] held, int[] chosen)
    {
        foreach (var item in basket)
            if ((uint)item < (uint)_localOf.Length && _localOf[item] >= 0) held[_localOf[item]] = true;
        int lacking = 0, holding = Items;
        for (var item = 0; item < Items; item++)
        {
            if (held[item]) chosen[--holding] = (2 * item + 1) * BlockWords;
            else chosen[lacking++] = 2 * item * BlockWords;
            held[item] = false;
        }
    }

    /// <summary>The rules of one block that the basket is not ruled out of; bits behind the last rule mean nothing.</summary>
    /// <param name="block">The block.</param>
    /// <param name="chosen">From <see cref="Choose"/>.</param>
    /// <param name="left">Receives the words of a block.</param>
    /// <returns>Whether there are any.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Left(int block, int[] chosen, Span<ulong> left)
    {
        var bits = (ulong*)Unsafe.AsPointer(ref _bits[0]) + (long)block * Items * 2 * BlockWords;
        Vector256<ulong> a = default, b = default, c = default, d = default;
        for (var i = 0; i < chosen.Length;)
        {
            var stop = Math.Min(chosen.Length, i + LookAfter);
            for (; i < stop; i++)
            {
                var rules = bits + chosen[i];
                a |= Vector256.Load(rules);
                b |= Vector256.Load(rules + 4);
                c |= Vector256.Load(rules + 8);
                d |= Vector256.Load(rules + 12);
            }
            if ((a & b & c & d) == Vector256<ulong>.AllBitsSet) return false;
        }
        (~a).CopyTo(left);
        (~b).CopyTo(left[4..]);
        (~c).CopyTo(left[8..]);
        (~d).CopyTo(left[12..]);
        return true;
    }

    /// <summary>The words that <see cref="Left"/> gives.</summary>
    public static int WordsOfBlock => BlockWords;
}
