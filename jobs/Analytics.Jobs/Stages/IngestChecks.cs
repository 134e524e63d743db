using System.Globalization;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Jobs.Stages;

/// <summary>What must hold of the cleaned lines before anything is built on them.</summary>
internal static class IngestChecks
{
    public static IReadOnlyList<QualityCheck> Of(StageContext context, IngestState state)
    {
        var limits = context.Results.Limits;
        var checks = new List<QualityCheck>();
        long Sum(Func<SourceFates, long> fate) => state.Sources.Sum(source => fate(source.Fates));
        var records = Sum(fates => fates.Records);
        foreach (var (name, count) in (ReadOnlySpan<(string, long)>)
        [
            ("records", records), ("sale", Sum(fates => fates.Sale)), ("return", Sum(fates => fates.Return)), ("adjustment", Sum(fates => fates.Adjustment)),
            ("duplicate", Sum(fates => fates.Duplicate)), ("rejected", Sum(fates => fates.Rejected)),
        ]) checks.Add(QualityCheck.Info("ingest", name, QualityCheck.Text(count), $"{count} {(name == "records" ? "records in all files of the run" : "records with fate " + name)}"));

        var added = Sum(fates => fates.Sale + fates.Return + fates.Adjustment + fates.Duplicate + fates.Rejected);
        checks.Add(QualityCheck.Error("ingest", "fates_add_up", added == records, QualityCheck.Text(added), QualityCheck.Text(records), "the five fates add up to the records read, file by file"));
        var kept = Sum(fates => fates.Sale + fates.Return + fates.Adjustment);
        var rows = state.Curated.Sum(date => date.Transactions.Rows);
        checks.Add(QualityCheck.Error("ingest", "rows_add_up", rows == kept, QualityCheck.Text(rows), QualityCheck.Text(kept), "the curated files hold the lines that the fates count"));
        checks.Add(Share("rejected_share", Sum(fates => fates.Rejected), records, limits.MaxRejectedShare, "rejected", "results.limits.max_rejected_share",
            Worst(state, fates => fates.Rejected) + Rules(state)));
        checks.Add(Share("duplicate_share", Sum(fates => fates.Duplicate), records, limits.MaxDuplicateShare, "duplicates", "results.limits.max_duplicate_share", Worst(state, fates => fates.Duplicate)));
        foreach (var (rule, count) in state.RejectedByRule)
            checks.Add(QualityCheck.Info("ingest", "rejected_" + rule, QualityCheck.Text(count), $"{count} records rejected by rule {rule}"));

        var date = Dates.Text(context.Date);
        var today = state.Curated.FirstOrDefault(curated => curated.Date == context.Date)?.Transactions.Rows ?? 0;
        var isNew = context.Target.Changes.Put.Count > 0;
        checks.Add(QualityCheck.Error("ingest", "new_input", isNew || today > 0 || limits.AllowNoInput, isNew ? "new input" : QualityCheck.Text(today), "new input, or lines of the date",
            isNew || today > 0 ? $"{date} has {today} lines" : $"{date} has neither new input nor lines; a green run without input is the error to fear (results.limits.allow_no_input allows it)"));
        checks.Add(QualityCheck.Error("ingest", "one_currency", state.Currencies.Count <= 1, string.Join(", ", state.Currencies), "one currency",
            state.Currencies.Count <= 1 ? "the lines are in one currency, or name none" : "a lake has one currency: set results.input.currency, and lines in another are rejected"));
        var later = state.Curated.Where(curated => curated.Date > context.Date).Sum(curated => curated.Transactions.Rows);
        if (later > 0) checks.Add(QualityCheck.Info("ingest", "later_lines", QualityCheck.Text(later), $"{later} lines of dates after {date} are kept for their own nights and not read"));
        return checks;
    }

    /// <summary>The currencies of the lines that a run takes over.</summary>
    public static IReadOnlyList<string> CurrenciesOf(Manifest? manifest) =>
        manifest is not null && manifest.State.TryGetValue("ingest", out var state) && state.TryGetProperty("currencies", out var list)
            ? list.EnumerateArray().Select(currency => currency.GetString()!).ToArray()
            : [];

    private static QualityCheck Share(string check, long count, long records, decimal limit, string what, string key, string worst)
    {
        var share = records == 0 ? 0 : (decimal)count / records;
        var pass = share <= limit;
        return QualityCheck.Error("ingest", check, pass, share.ToString("0.######", CultureInfo.InvariantCulture), "at most " + SettingsBinder.Format(limit),
            pass ? $"{count} of {records} records are {what}" : $"{count} of {records} records are {what}, more than {key} allows; {worst}. Look at the table rejects of the open run");
    }

    private static string Worst(IngestState state, Func<SourceFates, long> fate)
    {
        var worst = state.Sources.Where(source => fate(source.Fates) > 0).OrderByDescending(source => fate(source.Fates)).ThenBy(source => source.Name, StringComparer.Ordinal).FirstOrDefault();
        return worst is null ? "" : $"most in {worst.Name}: {fate(worst.Fates)} of {worst.Fates.Records}";
    }

    private static string Rules(IngestState state) => state.RejectedByRule.Count == 0 ? "" : "; by rule: " + string.Join(", ", state.RejectedByRule.OrderByDescending(rule => rule.Value).ThenBy(rule => rule.Key, StringComparer.Ordinal).Select(rule => $"{rule.Key} {rule.Value}"));
}
