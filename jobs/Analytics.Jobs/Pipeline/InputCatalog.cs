using System.Text.RegularExpressions;
using Analytics.Files;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Pipeline;

/// <summary>A file that the user named for a run.</summary>
/// <param name="Name">Relative to its input's root, with <c>/</c>; the source_file of its lines.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its length when it was found.</param>
/// <param name="Sha256">The SHA-256 of its bytes, lower-case hex.</param>
internal sealed record InputFile(string Name, string Path, long Bytes, string Sha256);

/// <summary>Turns the inputs of a command line into files with names.</summary>
internal static class InputCatalog
{
    /// <summary>Finds the files of all inputs, sorted by the UTF-8 bytes of their names, hashed on all cores.</summary>
    /// <param name="inputs">Files, folders and patterns; URIs of Hadoop's file systems too.</param>
    /// <param name="machine">How those are reached.</param>
    /// <param name="threads">How many files to hash at once.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UserException">Code 2: an input does not exist or names nothing, or two of them give one name to different files.</exception>
    public static IReadOnlyList<InputFile> Find(IReadOnlyList<string> inputs, MachineSettings machine, int threads, CancellationToken cancel)
    {
        var found = new SortedDictionary<string, (string Path, string Input)>(Utf8Order.Comparer);
        foreach (var input in inputs.Select(FileSystems.Plain))
            foreach (var (name, path) in FileSystems.IsUri(input) ? Expand(input, machine) : Expand(input))
            {
                if (found.TryGetValue(name, out var other))
                {
                    if (other.Path == path || !FileSystems.IsUri(path) && !FileSystems.IsUri(other.Path) && Path.GetFullPath(other.Path) == Path.GetFullPath(path)) continue;
                    throw new UserException(ExitCode.Usage,
                        $"two inputs give the name '{name}': {other.Path} and {path}. Names are relative to their input; name a folder above both");
                }
                found.Add(name, (path, input));
            }
        var entries = found.ToArray();
        var digests = new Dictionary<string, FileDigest>(StringComparer.Ordinal);
        foreach (var group in entries.Select(entry => entry.Value.Path).GroupBy(path => FileSystems.Of(machine, path) is var store && store is LocalFileStore ? null : store))
            foreach (var digest in FileHash.ComputeAll(group.Key ?? new LocalFileStore(), group.ToArray(), threads, cancel)) digests[digest.Path] = digest;
        return entries.Select(entry => new InputFile(entry.Key, entry.Value.Path, digests[entry.Value.Path].Bytes, digests[entry.Value.Path].Sha256)).ToArray();
    }

    /// <summary>The same for a URI: what lies there is asked of its file system.</summary>
    private static IEnumerable<(string Name, string Path)> Expand(string input, MachineSettings machine)
    {
        if (machine.Engine == "duckdb")
            throw new UserException(ExitCode.Usage, $"input {input}: the embedded engine reads files of this machine alone; name --engine spark, or start by ./spark-submit.sh");
        var files = FileSystems.Of(machine, input);
        var plain = input.TrimEnd('/');
        switch (files.Find(plain)?.Kind)
        {
            case FileKind.File:
                return [(StorePath.Name(plain), plain)];
            case FileKind.Folder:
                var all = Listing(files, plain).ToList();
                return all.Count > 0 ? all : throw Empty(input);
        }
        var cut = input.AsSpan().IndexOfAny('*', '?');
        if (cut < 0) throw Missing(input);
        var root = input[..input.LastIndexOf('/', cut)];
        var pattern = Pattern(input[(root.Length + 1)..].Split('/'));
        var matches = Listing(files, root).Where(file => pattern.IsMatch(file.Name)).ToList();
        return matches.Count > 0 ? matches : throw NoMatch(input, root);
    }

    internal static IEnumerable<(string Name, string Path)> Expand(string input)
    {
        if (File.Exists(input)) return [(Path.GetFileName(input), input)];
        if (Directory.Exists(input))
        {
            var all = Listing(input).ToList();
            return all.Count > 0 ? all : throw Empty(input);
        }
        if (!input.Contains('*') && !input.Contains('?'))
            throw Missing(input);
        var parts = input.Replace('\\', '/').Split('/');
        var fixedParts = parts.TakeWhile(part => !part.Contains('*') && !part.Contains('?')).ToList();
        var root = fixedParts.Count == 0 ? "." : string.Join('/', fixedParts) is { Length: > 0 } joined ? joined : "/";
        var pattern = Pattern(parts.Skip(fixedParts.Count));
        var matches = Directory.Exists(root) ? Listing(root).Where(file => pattern.IsMatch(file.Name)).ToList() : [];
        return matches.Count > 0 ? matches : throw NoMatch(input, root);
    }

    private static UserException Empty(string input) => new(ExitCode.Usage, $"input folder {input} holds no file (names that start with . or _ are passed over)");

    private static UserException Missing(string input) => new(ExitCode.Usage, $"input {input} does not exist: name a file, a folder or a pattern such as logs/2025-*.csv");

    private static UserException NoMatch(string input, string root) => new(ExitCode.Usage, $"input pattern {input} matches no file below {root}");

    private static Regex Pattern(IEnumerable<string> parts) =>
        new("^" + string.Join('/', parts.Select(ToRegex)) + "$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static string ToRegex(string part) => part == "**"
        ? ".*"
        : Regex.Escape(part).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Path)> Listing(string root)
    {
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (!IsHidden(name)) yield return (name, path);
        }
    }

    private static IEnumerable<(string Name, string Path)> Listing(IFileStore files, string root)
    {
        foreach (var item in files.ListTree(root))
        {
            var name = StorePath.Relative(root, item.Path);
            if (!IsHidden(name)) yield return (name, item.Path);
        }
    }

    private static bool IsHidden(string name) => name.Split('/').Any(part => part.StartsWith('.') || part.StartsWith('_'));
}
