using System.Buffers;
using System.Text;
using Analytics.Report.Internals;

namespace Analytics.Report;

/// <summary>
/// Writes the report: one HTML file with inline style, SVG and a small script, which is also well-formed XML.
/// Nothing is loaded from elsewhere, and the same model always gives the same bytes.
/// Every cap below is stated on the page where it was hit.
/// </summary>
public static class ReportPage
{
    /// <summary>The model that accuracy is measured against, named as in the table forecast_accuracy.</summary>
    public const string NaiveModel = "SeasonalNaive";

    /// <summary>Rules shown in the table, and as many redundant ones below it.</summary>
    public const int RulesShown = 200;

    /// <summary>Rules shown in the picture.</summary>
    public const int RulesDrawn = 30;

    /// <summary>Items shown with their forecast.</summary>
    public const int ItemsShown = 25;

    /// <summary>Countries, and categories, drawn as small charts.</summary>
    public const int GroupsShown = 12;

    /// <summary>Source files shown, worst first.</summary>
    public const int FilesShown = 20;

    /// <summary>Examples shown for each reason of rejection.</summary>
    public const int ExamplesShown = 3;

    /// <summary>Reasons of rejection shown.</summary>
    public const int ReasonsShown = 40;

    /// <summary>Checks shown, failed ones first.</summary>
    public const int ChecksShown = 200;

    /// <summary>New rules, and gone ones, shown under what changed.</summary>
    public const int RuleChangesShown = 15;

    /// <summary>Anchored runs shown, the newest.</summary>
    public const int AnchorsShown = 7;

    /// <summary>Contrasts of each dimension in the table of rules that hold in one part.</summary>
    public const int ContrastsShown = 20;

    /// <summary>Segments shown.</summary>
    public const int SegmentsShown = 24;

    /// <summary>The page as a string.</summary>
    public static string Render(ReportModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return PageWriter.Write(model);
    }

    /// <summary>Writes the page to a stream as UTF-8 without a byte order mark; the stream stays open.</summary>
    public static void Render(ReportModel model, Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Encoding.UTF8.GetBytes(Render(model)));
    }

    /// <summary>Writes the page to a buffer as UTF-8 without a byte order mark.</summary>
    public static void Render(ReportModel model, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Encoding.UTF8.GetBytes(Render(model), output);
    }
}
