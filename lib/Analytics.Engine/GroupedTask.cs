using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>
/// A pure function of one group's rows, run in process or by a worker on an executor; safe to repeat.
/// It knows no engine, no file and no clock. Empty groups do not occur; repeated and speculative runs do.
/// </summary>
public abstract class GroupedTask
{
    /// <summary>The name by which a worker finds the task.</summary>
    public abstract string Name { get; }

    /// <summary>The columns of the input relation; the first <see cref="KeyColumns"/> are the key.</summary>
    public abstract IReadOnlyList<Column> Input { get; }

    /// <summary>How many leading input columns make the key.</summary>
    public abstract int KeyColumns { get; }

    /// <summary>The input columns by which the rows of a group are sorted; ascending, nulls first, texts by UTF-8 bytes.</summary>
    public abstract IReadOnlyList<string> OrderBy { get; }

    /// <summary>The columns that the task gives, behind the key columns, which the engine puts before them.</summary>
    public abstract IReadOnlyList<Column> Output { get; }

    /// <summary>
    /// What the task was made from, a few KiB at most; empty for nothing. A worker makes the same task of its name, these and
    /// <see cref="SideInput"/>, so the three together say all that a result depends on.
    /// </summary>
    public virtual ReadOnlyMemory<byte> Parameters => default;

    /// <summary>Bytes that every group may read, of any size; empty for none. Equal bytes, equal results: a worker gets them as a file named by its hash.</summary>
    public virtual ReadOnlyMemory<byte> SideInput => default;

    /// <summary>Makes the state of one thread: scratch memory that its groups reuse. May be null.</summary>
    public virtual object? CreateScratch() => null;

    /// <summary>Computes one group.</summary>
    /// <param name="rows">The group's rows in order, in batches; each is valid until the next is read. One key may be larger than memory.</param>
    /// <param name="output">Where the output rows are appended (columns of <see cref="Output"/>).</param>
    /// <param name="scratch">What <see cref="CreateScratch"/> gave for this thread.</param>
    /// <param name="cancel">Cancelled when the job is.</param>
    public abstract void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel);

    /// <summary>
    /// Computes one group whose output may be larger than memory. Calling <paramref name="takeOutput"/> between two rows of the output
    /// empties <paramref name="output"/>; what it held is kept aside and comes to nothing where the group fails later.
    /// A task that overrides it gives the same rows as <see cref="Run"/>.
    /// </summary>
    public virtual void RunInPieces(IEnumerable<ColumnBatch> rows, ColumnBatch output, Action takeOutput, object? scratch, CancellationToken cancel) =>
        Run(rows, output, scratch, cancel);
}

/// <summary>What became of the groups.</summary>
/// <param name="Groups">How many keys there were.</param>
/// <param name="RowsIn">Rows read.</param>
/// <param name="RowsOut">Rows given.</param>
/// <param name="Failures">The keys on which the task threw, in key order.</param>
public sealed record GroupedOutcome(long Groups, long RowsIn, long RowsOut, IReadOnlyList<GroupFailure> Failures);

/// <summary>One key on which a task threw.</summary>
/// <param name="Key">The key's values as text, NULL as null.</param>
/// <param name="Rows">The rows of the group that were read.</param>
/// <param name="Message">Type and message of the exception.</param>
public sealed record GroupFailure(IReadOnlyList<string?> Key, long Rows, string Message);
