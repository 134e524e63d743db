using Analytics.Columns;
using Analytics.Records;

namespace Analytics.Sample.Tests;

/// <summary>The pipeline's own parser gives every record of the sample the fate that was planted.</summary>
public sealed class RecordsOnSampleTests(SampleFolder sample)
{
    private static readonly RecordMapping Mapping = new()
    {
        TimeZone = "Europe/Berlin",
        Currency = "EUR",
        CancellationPattern = "^C",
        ProductPattern = "^[0-9]{4}$",
        Columns = ((string[])["order_id", "item_id", "item_name", "quantity", "ordered_at", "unit_price", "customer_id", "country", "category", "store_id",
            "unit_cost", "promotion", "discount_amount", "tax_amount", "currency"]).ToDictionary(
            name => name, name => new ColumnMapping { Source = name, Formats = name == "ordered_at" ? ["yyyy-MM-dd HH:mm:ss"] : [] }),
    };

    [Fact]
    public void Fates_and_rejects_are_the_planted_ones()
    {
        var kinds = new int[3];
        var seen = new HashSet<(DateOnly, long, long)>();
        var rejected = new List<(string File, int Line, string Rule, string? Column)>();
        var duplicates = new List<(string File, int Line)>();
        Int128 amount = 0;
        // Files in order of their names' bytes and chunks in order of their lines: the first of equal records stays.
        foreach (var file in Files)
        {
            var sink = new Chunks();
            var summary = RecordParser.Parse(
                Path.Combine(sample.Folder, SampleShop.TransactionsFolder, file.Name), file.Name, Mapping, new(), sink, TestContext.Current.CancellationToken);
            Assert.Equal((file.Name, (long)file.Fates.Records, (long)file.Fates.Rejected), (file.Name, summary.Records, summary.Rejected));
            foreach (var (rows, rejects) in sink.InOrder())
            {
                for (var i = 0; i < rejects.Count; i++)
                    rejected.Add((file.Name, (int)rejects.Longs(RejectColumns.SourceLine)[i], rejects.Texts(RejectColumns.Rule).GetString(i)!, rejects.Texts(RejectColumns.Column).GetString(i)));
                for (var i = 0; i < rows.Count; i++)
                {
                    var date = DateOnly.FromDayNumber(rows.Ints(RecordColumns.OrderDate)[i] + new DateOnly(1970, 1, 1).DayNumber);
                    if (!seen.Add((date, rows.Longs(RecordColumns.FingerprintHigh)[i], rows.Longs(RecordColumns.FingerprintLow)[i])))
                    {
                        duplicates.Add((file.Name, (int)rows.Longs(RecordColumns.SourceLine)[i]));
                        continue;
                    }
                    var kind = rows.Ints(RecordColumns.Kind)[i];
                    kinds[kind]++;
                    if (kind == (int)RecordKind.Sale) amount += rows.Int128s(RecordColumns.Amount)[i];
                }
            }
        }
        var oddities = sample.Truths.Oddities.Where(oddity => Files.Any(file => file.Name == oddity.File)).ToList();
        var planted = oddities.Where(oddity => oddity.Fate == Fate.Rejected).Select(oddity => (oddity.File, oddity.Line, oddity.Rule!, oddity.Column));
        Assert.Equal(planted.Order(), rejected.Order());
        Assert.Equal(oddities.Where(oddity => oddity.Fate == Fate.Duplicate).Select(oddity => (oddity.File, oddity.Line)).Order(), duplicates.Order());
        Assert.Equal([Files.Sum(file => file.Fates.Sales), Files.Sum(file => file.Fates.Returns), Files.Sum(file => file.Fates.Adjustments)], kinds);
        var expected = sample.Shop.Sales
            .Where(line => Files.Any(file => file.Name == line.File)).Sum(line => line.Quantity * line.Price);
        Assert.Equal((Int128)(expected * 10_000_000m), amount);
    }

    // The parser does not read JSON lines yet.
    private List<FileTruth> Files => [.. sample.Truths.Files];

    private sealed class Chunks : IRecordSink
    {
        private readonly SortedDictionary<int, (ColumnBatch Rows, ColumnBatch Rejects)> _chunks = [];

        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        {
            lock (_chunks) _chunks.Add(sequence, (rows, rejects));
        }

        public IEnumerable<(ColumnBatch Rows, ColumnBatch Rejects)> InOrder() => _chunks.Values;
    }
}
