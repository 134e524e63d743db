namespace Analytics.Records;

/// <summary>The one parser of transaction lines.</summary>
public static partial class RecordParser
{
    /// <summary>Parses one file.</summary>
    /// <param name="path">The file on the local file system.</param>
    /// <param name="displayName">Its name in messages and, with <see cref="SourceFormat.Auto"/>, what tells format and compression.</param>
    /// <param name="mapping">How its columns become the contract's; valid by <see cref="RecordMapping.Validate"/>.</param>
    /// <param name="options">What the parser may use.</param>
    /// <param name="sink">Takes rows and rejects.</param>
    /// <param name="cancel">Ends the parse between two chunks.</param>
    /// <returns>Counts, dates and the file's hash.</returns>
    /// <exception cref="RecordFormatException">The file as a whole cannot be read.</exception>
    /// <exception cref="ArgumentException">The mapping is not valid.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static ParseSummary Parse(string path, string displayName, RecordMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
        => throw new NotImplementedException();
}
