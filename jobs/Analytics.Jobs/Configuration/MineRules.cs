using Analytics.Jobs.Mining;
using Analytics.Mining;

namespace Analytics.Jobs.Configuration;

/// <summary>What the types of the mining settings cannot say.</summary>
internal static class MineRules
{
    public static void Check(ResultsSettings results, List<string> errors)
    {
        var mine = results.Mine;
        SettingsRules.Range("results.mine.min_confidence", mine.MinConfidence, 0, 1, errors);
        try
        {
            MinimumSupport.Parse(mine.MinSupport, 1);
        }
        catch (FormatException e)
        {
            errors.Add($"'results.mine.min_support': {e.Message}");
        }
        SettingsRules.Range("results.mine.min_length", mine.MinLength, 1, 1_000_000, errors);
        SettingsRules.Range("results.mine.max_length", mine.MaxLength, 0, 1_000_000, errors);
        if (mine.MaxLength > 0 && mine.MinLength > mine.MaxLength)
            errors.Add($"'results.mine.min_length' is {mine.MinLength}, more than 'results.mine.max_length', {mine.MaxLength}: no itemset would be left");
        SettingsRules.OneOf("results.mine.kind", mine.Kind, ["frequent", "closed", "maximal", "generator"], errors);
        SettingsRules.OneOf("results.mine.algorithm", mine.Algorithm, ["auto", "apriori", "fpgrowth", "eclat", "lcm"], errors);
        SettingsRules.Range("results.mine.top_itemsets", mine.TopItemsets, 0, int.MaxValue, errors);
        SettingsRules.Range("results.mine.max_basket", mine.MaxBasket, 0, int.MaxValue, errors);
        SettingsRules.Range("results.mine.max_consequent", mine.MaxConsequent, 0, 1_000_000, errors);
        SettingsRules.Range("results.mine.category_interest", mine.CategoryInterest, 0, 1_000_000, errors);
        SettingsRules.Range("results.mine.contrast_support", mine.ContrastSupport, 0, 1, errors);
        SettingsRules.Range("results.mine.contrast_baskets", mine.ContrastBaskets, 1, int.MaxValue, errors);
        SettingsRules.Range("results.mine.contrast_q_value", mine.ContrastQValue, 0, 1, errors);
        SettingsRules.Range("results.mine.memory_mib", mine.MemoryMib, 16, 1_000_000, errors);
        SettingsRules.Range("results.mine.max_nodes", mine.MaxNodes, 0, long.MaxValue, errors);
        foreach (var by in mine.Contrast) SettingsRules.OneOf("results.mine.contrast", by, ["country", "month", "store"], errors);
        SettingsRules.Range("results.mine.filter.top", mine.Filter.Top, 0, int.MaxValue, errors);
        SettingsRules.OneOf("results.mine.filter.top_by", mine.Filter.TopBy, [.. MeasureNames.All], errors);
        foreach (var (key, bounds) in new[] { ("least", mine.Filter.Least), ("most", mine.Filter.Most) })
            foreach (var bound in bounds)
                if (MeasureNames.Mistake(bound) is { } mistake) errors.Add($"'results.mine.filter.{key}': {mistake}");
        if (results.Input.Columns.Count == 0) return;
        Needs("results.mine.categories", mine.Categories, "category", results, errors);
        Needs("results.mine.contrast", mine.Contrast.Contains("country"), "country", results, errors);
        Needs("results.mine.contrast", mine.Contrast.Contains("store"), "store_id", results, errors);
    }

    private static void Needs(string key, bool wanted, string column, ResultsSettings results, List<string> errors)
    {
        if (wanted && !results.Input.Columns.ContainsKey(column))
            errors.Add($"'{key}' needs the column {column}, but 'results.input.columns' maps none");
    }
}
