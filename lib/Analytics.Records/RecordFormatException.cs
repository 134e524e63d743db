namespace Analytics.Records;

/// <summary>
/// A source file cannot be read as a whole: its header does not fit the mapping, it is cut off, it is not what its name says,
/// or it changed while it was read. The message names the file, the line where there is one, what was expected and what to do.
/// </summary>
public sealed class RecordFormatException : Exception
{
    /// <summary>A file that cannot be read.</summary>
    /// <param name="message">The whole message, with file and line.</param>
    /// <param name="inner">The cause, where another component saw it.</param>
    public RecordFormatException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
