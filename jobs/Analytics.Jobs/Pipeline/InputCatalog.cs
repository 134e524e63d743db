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
    /// <exception cref="UserException">Code 2: an input does not exist or names nothing, or two of them give one name to different files.</exception>
    public static IReadOnlyList<InputFile> Find(IReadOnlyList<string> inputs, int threads, CancellationToken cancel)
    {
        var found = new SortedDictionary<string, (string Path, string Input)>(Utf8Order.Comparer);
        foreach (var input in inputs)
            foreach (var (name, path) in Expand(input))
            {
                if (found.TryGetValue(name, out var other))
                {
                    if (Path.GetFullPath(other.Path) == Path.GetFullPath(path)) continue;
                    throw new UserException(ExitCode.Usage,
                        $"two inputs give the name '{name}': {other.Path} and {path}. Names are relative to their input; name a folder above both");
                }
                found.Add(name, (path, input));
            }
        var entries = found.ToArray();
        var digests = FileHash.ComputeAll(new LocalFileStore(), entries.Select(entry => entry.Value.Path).ToArray(), threads, cancel);
        return entries.Select((entry, i) => new InputFile(entry.Key, entry.Value.Path, digests[i].Bytes, digests[i].Sha256)).ToArray();
    }

    internal static IEnumerable<(string Name, string Path)> Expand(string input)
    {
        if (input.Contains("://", StringComparison.Ordinal))
            throw new UserException(ExitCode.Usage, $"input {input}: only local files, folders and patterns are read by this engine");
        if (File.Exists(input)) return [(Path.GetFileName(input), input)];
        if (Directory.Exists(input))
        {
            var all = Listing(input).ToList();
            return all.Count > 0 ? all : throw new UserException(ExitCode.Usage, $"input folder {input} holds no file (names that start with . or _ are passed over)");
        }
        if (!input.Contains('*') && !input.Contains('?'))
            throw new UserException(ExitCode.Usage, $"input {input} does not exist: name a file, a folder or a pattern such as logs/2025-*.csv");
        var parts = input.Replace('\\', '/').Split('/');
        var fixedParts = parts.TakeWhile(part => !part.Contains('*') && !part.Contains('?')).ToList();
        var root = fixedParts.Count == 0 ? "." : string.Join('/', fixedParts) is { Length: > 0 } joined ? joined : "/";
        var pattern = new Regex("^" + string.Join('/', parts.Skip(fixedParts.Count).Select(ToRegex)) + "$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var matches = Directory.Exists(root) ? Listing(root).Where(file => pattern.IsMatch(file.Name)).ToList() : [];
        return matches.Count > 0 ? matches : throw new UserException(ExitCode.Usage, $"input pattern {input} matches no file below {root}");
    }

    private static string ToRegex(string part) => part == "**"
        ? ".*"
        : Regex.Escape(part).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Path)> Listing(string root)
    {
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (name.Split('/').Any(part => part.StartsWith('.') || part.StartsWith('_'))) continue;
            yield return (name, path);
        }
    }
}
