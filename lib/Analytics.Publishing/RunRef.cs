using System.Globalization;

namespace Analytics.Publishing;

/// <summary>A published run by date and id, known from its folder's name alone.</summary>
/// <param name="Date">The business date.</param>
/// <param name="Id">16 hex digits of the key, with -2, -3 for forced repetitions.</param>
public readonly record struct RunRef(DateOnly Date, string Id)
{
    /// <summary>The run's folder, relative to the lake: <c>runs/2011-12-09/0123456789abcdef</c>.</summary>
    public string Path => $"{LakeLayout.Runs}/{LakeLayout.Date(Date)}/{Id}";

    /// <summary>Date and id, as <c>runs list</c> shows them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Date:yyyy-MM-dd}/{Id}");
}

/// <summary>What the head of a manifest says of a run; read without the rest of the file.</summary>
/// <param name="Run">The run.</param>
/// <param name="Header">The manifest's first section.</param>
/// <param name="IsCurrent">Whether it is the run of its date that later runs build on.</param>
/// <param name="IsLatest">Whether <c>latest</c> points to it.</param>
public sealed record RunSummary(RunRef Run, RunHeader Header, bool IsCurrent, bool IsLatest);
