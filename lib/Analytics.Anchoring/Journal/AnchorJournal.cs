using System.Text.Json;
using System.Text.Json.Serialization;
using Analytics.Files;

namespace Analytics.Anchoring;

/// <summary>
/// The journal of intended transactions: one JSON file each, which is replaced whole and forced to the disk on every change, so that
/// whoever starts after a crash finds the state before a step or after it. One process at a time may write (the caller holds a lock).
/// </summary>
public sealed class AnchorJournal(IFileStore files, string folder)
{
    private const string Suffix = ".json";

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>All entries: contracts first, then runs by date and id.</summary>
    /// <exception cref="AnchoringException">One cannot be read: then nothing may be sent, since it is not known what was.</exception>
    public IReadOnlyList<AnchorEntry> ReadAll()
    {
        var entries = new List<AnchorEntry>();
        foreach (var item in files.List(folder))
            if (item.Kind == FileKind.File && item.Name.EndsWith(Suffix, StringComparison.Ordinal)) entries.Add(Read(item.Path));
        return [.. entries.OrderByDescending(static entry => entry.Kind).ThenBy(static entry => entry.Run?.Date).ThenBy(static entry => entry.Run?.Run, StringComparer.Ordinal)];
    }

    /// <summary>The entry of a run, or null.</summary>
    public AnchorEntry? Find(DateOnly date, string run) => Find(Name(date, run));

    /// <summary>Whether a run has an entry; reads none.</summary>
    public bool Has(DateOnly date, string run) => files.FileExists(PathOf(Name(date, run)));

    /// <summary>The entry of the contract on a chain, or null.</summary>
    public AnchorEntry? FindContract(ulong chainId) => Find($"deploy-{chainId}");

    /// <summary>Writes an entry durably.</summary>
    public void Write(AnchorEntry entry)
    {
        files.CreateFolder(folder);
        files.WriteDurably(PathOf(entry.Name), [.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.AnchorEntry), (byte)'\n']);
    }

    /// <summary>Removes an entry that was never sent.</summary>
    /// <exception cref="InvalidOperationException">It was.</exception>
    public void Remove(AnchorEntry entry)
    {
        if (entry.Attempts.Count > 0) throw new InvalidOperationException($"{entry} was sent; its entry stays");
        files.DeleteFile(PathOf(entry.Name));
        files.FlushFolder(folder);
    }

    /// <summary>Deletes what a killed process left of half-written entries.</summary>
    public void Recover()
    {
        foreach (var item in files.List(folder))
            if (item.Name.EndsWith(FileStoreExtensions.TemporarySuffix, StringComparison.Ordinal)) files.DeleteFile(item.Path);
    }

    private AnchorEntry? Find(string name) => files.FileExists(PathOf(name)) ? Read(PathOf(name)) : null;

    /// <summary>
    /// Forgets what was sent to a chain that is no longer there; only for chains of our own. Runs are queued again, the contract is gone.
    /// </summary>
    internal void ForgetChain(ulong chainId, TimeProvider time)
    {
        foreach (var entry in ReadAll())
        {
            if (entry.ChainId != chainId) continue;
            if (entry.Kind == AnchorKind.Anchor) Write(Again(entry, time));
            else files.DeleteFile(PathOf(entry.Name));
        }
    }

    /// <summary>Queues an entry anew, as if it had never been sent.</summary>
    public static AnchorEntry Again(AnchorEntry entry, TimeProvider time) => new() { Kind = entry.Kind, Run = entry.Run, State = AnchorState.Queued, QueuedAt = time.GetUtcNow() };

    private static string Name(DateOnly date, string run) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"anchor-{date:yyyy-MM-dd}-{run}");

    private AnchorEntry Read(string path)
    {
        try
        {
            var entry = JsonSerializer.Deserialize(files.ReadAllBytes(path), JournalJson.Default.AnchorEntry) ?? throw new JsonException("it is null");
            if (entry.Version != AnchorEntry.CurrentVersion) throw new JsonException($"its version is {entry.Version}; {AnchorEntry.CurrentVersion} is known");
            if (entry.Kind == AnchorKind.Anchor && entry.Run is null) throw new JsonException("it names no run");
            if (StorePath.Name(path) != entry.Name + Suffix) throw new JsonException($"it is the entry {entry.Name}");
            return entry;
        }
        catch (JsonException e)
        {
            throw new AnchoringException(AnchorFault.Contract, $"{path}: no entry of the chain's journal: {e.Message}. Nothing is sent before it is mended: restore it from a copy, or remove it "
                + "(the contract itself says what was anchored; see docs/anchoring.md)", e);
        }
    }

    private string PathOf(string name) => StorePath.Combine(folder, name + Suffix);
}

/// <summary>How entries are written. Generated: looking at the types at run time would cost every night, a chain or none.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AnchorEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
