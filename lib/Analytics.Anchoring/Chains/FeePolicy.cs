using System.Globalization;
using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>What a transaction offers, wei a unit of gas. On a chain without a fee market both are its gas price.</summary>
/// <param name="MaxFee">In all.</param>
/// <param name="MaxPriorityFee">Of it to the block's maker.</param>
public readonly record struct FeeOffer(BigInteger MaxFee, BigInteger MaxPriorityFee);

/// <summary>Chooses fees: enough for two times the next base fee, the median tip of recent blocks, never more than the cap.</summary>
public static class FeePolicy
{
    /// <summary>Wei in a gwei.</summary>
    public static readonly BigInteger Gwei = 1_000_000_000;

    /// <summary>Wei in an ether.</summary>
    public static readonly BigInteger Ether = BigInteger.Pow(10, 18);

    // Block makers' software leaves out what offers less.
    private static readonly BigInteger LeastTip = 1_000_000;

    /// <summary>The offer of a new transaction; null where the next base fee and a tip are above the cap.</summary>
    public static FeeOffer? First(FeeHistory history, BigInteger cap)
    {
        var tip = Tip(history);
        if (history.NextBaseFee + tip > cap) return null;
        return new FeeOffer(BigInteger.Min(history.NextBaseFee * 2 + tip, cap), tip);
    }

    /// <summary>The offer of a replacement: both at least an eighth more, as nodes ask for; null where that is above the cap.</summary>
    public static FeeOffer? Replacement(FeeOffer last, FeeHistory history, BigInteger cap)
    {
        var (least, leastTip) = (Raised(last.MaxFee), Raised(last.MaxPriorityFee));
        if (least > cap) return null;
        var tip = BigInteger.Max(leastTip, Tip(history));
        var most = BigInteger.Min(BigInteger.Max(least, history.NextBaseFee * 2 + tip), cap);
        tip = BigInteger.Max(BigInteger.Min(tip, most), leastTip);
        return tip > most ? null : new FeeOffer(most, tip);
    }

    /// <summary>The offer of a new transaction on whichever chain; null where what is asked is above the cap.</summary>
    public static FeeOffer? First(ChainPrice price, BigInteger cap) =>
        price.Market is { } market ? First(market, cap) : price.GasPrice > cap ? null : new FeeOffer(price.GasPrice, price.GasPrice);

    /// <summary>The offer of a replacement on whichever chain; null where an eighth more is above the cap.</summary>
    public static FeeOffer? Replacement(FeeOffer last, ChainPrice price, BigInteger cap)
    {
        if (price.Market is { } market) return Replacement(last, market, cap);
        // An eighth of nothing is nothing, and would replace nothing.
        var least = BigInteger.Max(Raised(last.MaxFee), last.MaxFee + 1);
        if (least > cap) return null;
        var most = BigInteger.Min(BigInteger.Max(least, price.GasPrice), cap);
        return new FeeOffer(most, most);
    }

    /// <summary>An eighth more, rounded up.</summary>
    public static BigInteger Raised(BigInteger fee) => (fee * 9 + 7) / 8;

    /// <summary>Wei as gwei, for people.</summary>
    public static string InGwei(BigInteger wei) => ((decimal)wei / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture) + " gwei";

    /// <summary>Wei as ether, for people.</summary>
    public static string InEther(BigInteger wei)
    {
        var whole = BigInteger.DivRem(wei, Ether, out var rest);
        var digits = rest.ToString(CultureInfo.InvariantCulture).PadLeft(18, '0').TrimEnd('0');
        return digits.Length == 0 ? $"{whole} ETH" : $"{whole}.{digits} ETH";
    }

    private static BigInteger Tip(FeeHistory history)
    {
        if (history.Tips.Count == 0) return LeastTip;
        var sorted = history.Tips.Order().ToArray();
        return BigInteger.Max(sorted[sorted.Length / 2], LeastTip);
    }
}
