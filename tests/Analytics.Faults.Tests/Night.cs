using Analytics.Publishing;

namespace Analytics.Faults.Tests;

/// <summary>A night under test: the lake before it, its input, and what a clean run of it publishes.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Before">The lake's folder before it, to be copied; null for none yet.</param>
/// <param name="Input">The file that it reads.</param>
/// <param name="Yesterday">What <c>latest</c> shows before it.</param>
/// <param name="Run">The run that it publishes.</param>
/// <param name="Runs">All runs after it, by date and id.</param>
/// <param name="Results">The bytes of its results.json.</param>
/// <param name="Curated">The curated files after it and a prune.</param>
internal sealed record Night(string Name, string? Before, string Input, RunRef? Yesterday, RunRef Run, IReadOnlyList<RunRef> Runs, byte[] Results, IReadOnlyList<string> Curated);
