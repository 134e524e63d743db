using Analytics.Jobs.Configuration;
using Analytics.Jobs.Mining;
using Analytics.Mining;

namespace Analytics.Jobs.Stages;

/// <summary>The configured filter of rules in item codes.</summary>
internal static class MinedFilter
{
    /// <summary>Turns ids into codes.</summary>
    /// <param name="settings">The filter as configured and checked.</param>
    /// <param name="ids">Item ids by code.</param>
    /// <param name="unknown">Receives the items of the filter that have no sale in the run, each once.</param>
    /// <returns>The filter; null where an item that every rule must hold has no sale, so that no rule passes.</returns>
    public static RuleFilter? Create(RuleFilterSettings settings, IReadOnlyList<string> ids, ICollection<string> unknown)
    {
        var codes = ids.Select((id, code) => (id, code)).ToDictionary(pair => pair.id, pair => pair.code, StringComparer.Ordinal);
        int[] Codes(IReadOnlyList<string> items)
        {
            foreach (var missing in items.Where(item => !codes.ContainsKey(item) && !unknown.Contains(item))) unknown.Add(missing);
            return [.. items.Where(codes.ContainsKey).Select(item => codes[item]).Distinct()];
        }
        var contains = Codes(settings.Contains);
        var filter = new RuleFilter
        {
            MustContain = contains,
            MustNotContain = Codes(settings.Without),
            AntecedentFrom = settings.Antecedent.Count > 0 ? Codes(settings.Antecedent) : null,
            ConsequentFrom = settings.Consequent.Count > 0 ? Codes(settings.Consequent) : null,
            Bounds = MeasureNames.Bounds(settings.Least, settings.Most),
            NoRedundant = settings.NoRedundant,
            Top = settings.Top,
            TopBy = MeasureNames.Find(settings.TopBy)!.Value,
        };
        return contains.Length < settings.Contains.Distinct(StringComparer.Ordinal).Count() ? null : filter;
    }
}
