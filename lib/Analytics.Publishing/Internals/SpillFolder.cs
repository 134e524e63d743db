using System.Globalization;
using System.Text;
using Analytics.Files;

namespace Analytics.Publishing.Internals;

/// <summary>
/// Names of folders for what does not fit into memory. A name says whose it is, so that the next process can tell a dead one's:
/// <c>spill-[machine]-[process id]-[its start]</c>, the first and the last as digits of a hash.
/// </summary>
internal static class SpillFolder
{
    public const string Prefix = "spill-";

    /// <summary>Another machine's processes cannot be looked at; what none of them touched for so long is left over.</summary>
    private static readonly TimeSpan OtherMachinesAge = TimeSpan.FromDays(1);

    /// <summary>This process's own.</summary>
    public static string OwnName { get; } = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Machine}-{Environment.ProcessId}-{Digits(ProcessProbe.OwnStart)}");

    private static string Machine => Digits($"{Environment.MachineName}\n{ProcessProbe.Machine}");

    /// <summary>Whether the process of a folder is gone.</summary>
    public static bool IsDead(Lake lake, FileItem folder)
    {
        var parts = folder.Name.Split('-');
        if (parts.Length == 4 && parts[1] == Machine && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var process))
        {
            switch (ProcessProbe.StartOf(process))
            {
                case null:
                    return true;
                case { Length: > 0 } start:
                    return Digits(start) != parts[3];
            }
        }
        var touched = folder.ModifiedAt;
        foreach (var item in lake.Files.ListTree(folder.Path))
            if (item.ModifiedAt > touched) touched = item.ModifiedAt;
        return lake.Options.Time.GetUtcNow() - touched > OtherMachinesAge;
    }

    private static string Digits(string text) => FileHash.Compute(Encoding.UTF8.GetBytes(text))[..16];
}
