namespace Analytics.Publishing;

/// <summary>What is wrong with a file of a run.</summary>
public enum FindingKind
{
    /// <summary>A file of the manifest is not there.</summary>
    Missing,
    /// <summary>A file is there that the manifest does not name.</summary>
    Extra,
    /// <summary>Length or hash differ.</summary>
    Changed,
    /// <summary>The file's rows are not the manifest's.</summary>
    Rows,
    /// <summary>The file's columns are not the table's.</summary>
    Schema,
    /// <summary>The root in root.json is not that of the files.</summary>
    Root,
    /// <summary>The manifest contradicts itself: key, id, sums or names.</summary>
    Manifest,
    /// <summary>The file cannot be read.</summary>
    Unreadable,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="Path">The file, relative to the lake.</param>
/// <param name="Message">What was found and what was expected.</param>
public sealed record Finding(FindingKind Kind, string Path, string Message);

/// <summary>The result of a verification.</summary>
/// <param name="Run">The run.</param>
/// <param name="Root">The root computed from the files that are there; null where that cannot be done.</param>
/// <param name="Files">Files hashed.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Findings">What is wrong, by path.</param>
public sealed record Verification(RunRef Run, string? Root, int Files, long Bytes, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWhole => Findings.Count == 0;
}
