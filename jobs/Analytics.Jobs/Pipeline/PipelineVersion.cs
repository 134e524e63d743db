namespace Analytics.Jobs.Pipeline;

/// <summary>The versions that decide whether an earlier result may stand for a new one.</summary>
internal static class PipelineVersion
{
    /// <summary>Raised whenever the same input and configuration would give other result tables. Part of every run's key.</summary>
    public const string Results = "11";

    /// <summary>The program's version.</summary>
    public static string Program { get; } = typeof(PipelineVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
