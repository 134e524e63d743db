namespace Analytics.Sample;

/// <summary>What becomes of a record when it is loaded.</summary>
public enum Fate
{
    /// <summary>A line that sells something.</summary>
    Sale,
    /// <summary>A cancelled order (C...) or a negative quantity.</summary>
    Return,
    /// <summary>No product, or at no price.</summary>
    Adjustment,
    /// <summary>The raw text of another record again.</summary>
    Duplicate,
    /// <summary>Broken.</summary>
    Rejected,
}
