namespace Analytics.Report.Internals;

/// <summary>Model names as the page shows them. A combination is written with its members, such as <c>ETS(A,N,A)+Theta</c>, which no table column holds.</summary>
internal static class ModelName
{
    /// <summary>For a table's cell.</summary>
    public static string Short(string model) => Members(model) is > 1 and var members ? "combination of " + Figures.Count(members) : model;

    /// <summary>With room to break the line.</summary>
    public static string Long(string model) => model.Replace("+", " + ", StringComparison.Ordinal);

    /// <summary>The kind: all combinations are one, and so are a model's forms and windows.</summary>
    public static string Family(string model)
    {
        if (Members(model) > 1) return "combination";
        var form = model.IndexOf('(', StringComparison.Ordinal);
        return form > 0 ? model[..form] : model;
    }

    private static int Members(string model) => model.AsSpan().Count('+') + 1;
}
