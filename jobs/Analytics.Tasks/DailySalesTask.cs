using System.Text;
using Analytics.Columns;
using Analytics.Engine;

namespace Analytics.Tasks;

/// <summary>
/// The rows of daily_sales of one order date, from the bytes of its curated file. A date's sales need no other date, so executors read each file
/// where it lies and give the sums, as a small file: a query would send every line to where its key is counted, as often as there are levels, and
/// each of its hundred thousands of rows would be turned into text and back.
/// </summary>
public sealed class DailySalesTask : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "daily_sales";

    private const string Country = "country", Category = "category";
    private const int PathColumn = 1, Data = 3;

    private readonly bool _countries, _categories;

    /// <summary>A task for the files of one run.</summary>
    /// <param name="countries">Whether the shop's lines name a country: then there is a level of it.</param>
    /// <param name="categories">Whether they name a category.</param>
    public DailySalesTask(bool countries, bool categories)
    {
        (_countries, _categories) = (countries, categories);
        Parameters = Encoding.UTF8.GetBytes(string.Join(' ', ((string?[])[countries ? Country : null, categories ? Category : null]).OfType<string>()));
    }

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <summary>The order date, its file's path and the file's bytes in base64, cut into parts of whole groups of three. The engine need not look for NULLs in what it would have to read for that.</summary>
    public override IReadOnlyList<Column> Input { get; } =
        [new("date", ColumnType.Date), new("path", ColumnType.Text, true), new("part", ColumnType.Int64), new("data", ColumnType.Text, true)];

    /// <inheritdoc/>
    public override int KeyColumns => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["part"];

    /// <summary>The date's rows as a file of <see cref="RowColumns"/> in base64, and how many there are.</summary>
    public override IReadOnlyList<Column> Output { get; } = [new("rows", ColumnType.Int64), new("content", ColumnType.Text)];

    /// <summary>The columns of daily_sales.</summary>
    public static IReadOnlyList<Column> RowColumns { get; } =
    [
        new("level", ColumnType.Text), new("key", ColumnType.Text), new("date", ColumnType.Date), new("orders", ColumnType.Int64), new("lines", ColumnType.Int64), new("units", ColumnType.Quantity),
        new("gross_amount", ColumnType.Amount), new("customers", ColumnType.Int64), new("return_amount", ColumnType.Amount), new("net_amount", ColumnType.Amount),
    ];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Parameters { get; }

    /// <summary>The task of these parameters.</summary>
    /// <exception cref="ArgumentException">Not what a task wrote.</exception>
    public static DailySalesTask Create(ReadOnlySpan<byte> parameters)
    {
        var levels = Encoding.UTF8.GetString(parameters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (levels.FirstOrDefault(level => level is not (Country or Category)) is { } other) throw new ArgumentException($"'{other}' is no level: expected {Country} or {Category}", nameof(parameters));
        return new DailySalesTask(levels.Contains(Country), levels.Contains(Category));
    }

    /// <inheritdoc/>
    public override object CreateScratch() => new Scratch();

    /// <inheritdoc/>
    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel)
    {
        var state = (Scratch)scratch!;
        using var file = new MemoryStream();
        var (day, path) = (0, "");
        foreach (var batch in rows)
        {
            cancel.ThrowIfCancellationRequested();
            day = batch.Ints(0)[0];
            for (var row = 0; row < batch.Count; row++)
            {
                path = batch.Texts(PathColumn).GetString(row) ?? throw new ArgumentException("a part of a file has no path");
                if (batch[Data].IsNull(row)) throw new ArgumentException($"a part of {path} has no data");
                file.Write(Base64Text.Decode(batch.Texts(Data)[row], path).Span);
            }
        }
        state.Rows.Clear();
        state.Sales.Sum(file.GetBuffer().AsSpan(0, (int)file.Length), path, day, _countries, _categories, state.Rows);
        file.SetLength(0);
        state.Writer.Begin(file);
        state.Writer.Append(state.Rows);
        _ = state.Writer.End();
        output.Longs(0).Append(state.Rows.Count);
        Base64Text.Append(output.Texts(1), file.GetBuffer().AsSpan(0, (int)file.Length));
    }

    private sealed class Scratch : IDisposable
    {
        public DaySales Sales { get; } = new();

        public ColumnBatch Rows { get; } = new(RowColumns);

        public ParquetWriter Writer { get; } = new(RowColumns);

        public void Dispose()
        {
            Sales.Dispose();
            Writer.Dispose();
        }
    }
}
