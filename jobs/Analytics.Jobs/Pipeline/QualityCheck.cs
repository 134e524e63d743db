using System.Globalization;

namespace Analytics.Jobs.Pipeline;

/// <summary>One row of the quality table.</summary>
internal sealed record QualityCheck(string Stage, string Check, string Severity, string Status, string Observed, string Expected, string Message)
{
    /// <summary>A fact worth knowing.</summary>
    public static QualityCheck Info(string stage, string check, string observed, string message) => new(stage, check, "info", "pass", observed, "", message);

    /// <summary>A check that warns where it fails.</summary>
    public static QualityCheck Warning(string stage, string check, bool pass, string observed, string expected, string message) =>
        new(stage, check, "warning", pass ? "pass" : "fail", observed, expected, message);

    /// <summary>A check that ends the run where it fails.</summary>
    public static QualityCheck Error(string stage, string check, bool pass, string observed, string expected, string message) =>
        new(stage, check, "error", pass ? "pass" : "fail", observed, expected, message);

    /// <summary>A number as the table shows it.</summary>
    public static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
