using Analytics.Columns;

namespace Analytics.Records;

/// <summary>Takes parsed records, chunk by chunk.</summary>
public interface IRecordSink
{
    /// <summary>
    /// Takes the records of one chunk. Called from several threads at once and in any order; each sequence number comes once.
    /// The sink owns both batches afterwards. An exception ends the parse and reaches its caller.
    /// </summary>
    /// <param name="sequence">The chunk's position in the file, dense from 0. Which records make a chunk depends on the file's bytes and <see cref="ParseOptions"/> alone, never on threads.</param>
    /// <param name="rows">The accepted records in line order, with <see cref="RecordColumns.All"/>. May be empty.</param>
    /// <param name="rejects">The rejected records in line order, with <see cref="RejectColumns.All"/>. May be empty.</param>
    void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects);
}
