using System.Diagnostics;
using System.Globalization;
using Analytics.Jobs.Mining;
using Analytics.Jobs.Terminal;
using Analytics.Mining;
using Spectre.Console;

namespace Analytics.Jobs.Commands;

/// <summary>mine FILE --score: scores baskets and shows or writes what they lack.</summary>
internal static class FileScoreOutput
{
    public static void Run(BasketFile asked, RuleTable rules, string[] ids, RuleMeasure measure, int most, string? target, int shown, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var scores = new FileScores(rules, ids, asked, measure, most);
        if (target is not null) ResultFile.Write(target, FileScores.Columns, scores.Batches(ids, cancel));
        else
        {
            var table = PlainTable.New(">basket", ">rank", "consequent", ">score", "because of");
            foreach (var (basket, rank, result) in scores.Score(cancel))
                if (table.Rows.Count < shown)
                    table.AddRow(PlainTable.Cells(
                        basket.ToString("N0", CultureInfo.InvariantCulture), rank.ToString(CultureInfo.InvariantCulture),
                        MineFileCommand.Names(rules.Itemsets[result.ConsequentRow], ids), result.Score.ToString("G4", CultureInfo.InvariantCulture),
                        MineFileCommand.Names(rules.Antecedent(result.Rule), ids)));
            PlainTable.Print(table);
            MineFileCommand.More(scores.Rows, "results", "--scores");
        }
        MineFileCommand.Print($"{asked.Baskets.Count:N0} baskets scored, {scores.Served:N0} of them lack something{(target is null ? "" : $"; {scores.Rows:N0} results in {target}")}");
        MineFileCommand.Print($"scoring   {Stopwatch.GetElapsedTime(start).TotalSeconds:F3} s");
    }
}
