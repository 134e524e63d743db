using System.Globalization;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Mining;
using Analytics.Jobs.Terminal;
using Analytics.Mining;
using Spectre.Console;

namespace Analytics.Jobs.Commands;

/// <summary>mine FILE --contrast-column: rules of one part of the baskets against all others.</summary>
internal static class FileContrastOutput
{
    /// <summary>The greatest q-value of a contrast that the terminal shows.</summary>
    private const double Significance = 0.05;

    public static int Run(BasketFile file, FileParts parts, string support, MiningOptions mining, RuleOptions ruling, string? target, int shown, CancellationToken cancel)
    {
        if (!decimal.TryParse(support, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) || !support.Contains('.', StringComparison.Ordinal))
            throw new UserException(ExitCode.Usage, $"--min-support {support}: with --contrast-column a share of each part's baskets is expected, with a point, such as 0.02");
        var result = RuleContrast.Compare(file.Baskets, parts.Of, parts.Names.Length, share, mining, ruling, cancel);
        for (var part = 0; part < result.Outcomes.Length; part++)
            if (result.Outcomes[part].Truncated) MineFileCommand.Warn($"the result of {parts.Names[part]} is {result.Outcomes[part]}; raise --max-nodes or --max-memory, or --min-support");
        var significant = result.Contrasts.Where(contrast => contrast.QValue <= Significance).ToList();
        MineFileCommand.Print($"{parts.Names.Length:N0} parts, {result.Rules.Count:N0} rules, {significant.Count:N0} of {result.Contrasts.Length:N0} contrasts with a q-value up to {Significance}");
        if (target is not null)
        {
            ResultFile.Write(target, FileContrasts.Columns, FileContrasts.Rows(result, file.Ids, parts.Names));
            MineFileCommand.Print($"{result.Contrasts.Length:N0} contrasts in {target}");
            return (int)ExitCode.Done;
        }
        var table = PlainTable.New("part", "antecedent", "consequent", ">baskets", ">confidence", ">elsewhere", ">q_value");
        // A stable sort: equal differences stay in the order of rules and parts.
        foreach (var contrast in significant.OrderByDescending(contrast => Math.Abs(contrast.Difference)).Take(shown))
            table.AddRow(PlainTable.Cells(
                parts.Names[contrast.Part], MineFileCommand.Names(result.Rules.Antecedent(contrast.Rule), file.Ids), MineFileCommand.Names(result.Rules.Consequent(contrast.Rule), file.Ids),
                contrast.Inside.Both.ToString("N0", CultureInfo.InvariantCulture), contrast.Inside.Measure(RuleMeasure.Confidence).ToString("F3", CultureInfo.InvariantCulture),
                contrast.Outside.Measure(RuleMeasure.Confidence).ToString("F3", CultureInfo.InvariantCulture), contrast.QValue.ToString("G2", CultureInfo.InvariantCulture)));
        PlainTable.Print(table);
        MineFileCommand.More(significant.Count, "contrasts", "--contrasts");
        return (int)ExitCode.Done;
    }
}
