namespace Analytics.Engine.Wire;

/// <summary>
/// What came over the wire is not what the protocol allows: another version, a broken row, an end in the middle, counts that do not
/// add up. It breaks the stream for good; nothing that was read of it may be used.
/// </summary>
public sealed class WireFormatException : Exception
{
    /// <summary>A broken stream.</summary>
    /// <param name="message">Where, what was found, what was expected.</param>
    public WireFormatException(string message) : base(message)
    {
    }
}
