using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Web.Access;

/// <summary>A user of the console.</summary>
/// <param name="Name">1 to 60 letters, digits or . _ - @.</param>
/// <param name="Role">What he may do.</param>
/// <param name="Hash">The password's hash; see <see cref="PasswordHash"/>.</param>
public sealed record UserEntry(string Name, ConsoleRole Role, string Hash);

/// <summary>The users, in a JSON file that nobody else may read. A running console sees changes at the next request.</summary>
public sealed class UserFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter<ConsoleRole>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private readonly Lock _lock = new();
    private (DateTime Written, long Length) _seen;
    private Dictionary<string, UserEntry> _users = new(StringComparer.Ordinal);

    /// <summary>Names a file; it is read when it is asked for.</summary>
    public UserFile(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The least characters of a password.</summary>
    public const int LeastPassword = 12;

    /// <summary>The users, by name.</summary>
    /// <exception cref="ConsoleException">The file cannot be read, is none of users, or others can read it.</exception>
    public IReadOnlyDictionary<string, UserEntry> Read()
    {
        lock (_lock)
        {
            var info = new FileInfo(Path);
            if (!info.Exists) throw new ConsoleException($"the users file {Path} does not exist: make it with `analytics web user add NAME --role operator`");
            if (_seen == (info.LastWriteTimeUtc, info.Length)) return _users;
            CheckMode();
            try
            {
                var users = new Dictionary<string, UserEntry>(StringComparer.Ordinal);
                foreach (var user in JsonSerializer.Deserialize<Content>(File.ReadAllBytes(Path), Json)?.Users ?? throw new JsonException("the file says null"))
                {
                    if (CheckName(user.Name) is { } mistake) throw new ConsoleException($"the users file {Path}: {mistake}");
                    if (!PasswordHash.IsHash(user.Hash)) throw new ConsoleException($"the users file {Path}: the hash of {user.Name} is none: set the password anew with `analytics web user add {user.Name}`");
                    if (!users.TryAdd(user.Name, user)) throw new ConsoleException($"the users file {Path} names {user.Name} twice: keep one");
                }
                (_users, _seen) = (users, (info.LastWriteTimeUtc, info.Length));
                return _users;
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                throw new ConsoleException($"the users file {Path} cannot be read: {e.Message}; it is made by `analytics web user add NAME`", e);
            }
        }
    }

    /// <summary>Adds a user, or gives one another password or role.</summary>
    /// <exception cref="ConsoleException">The name or the password will not do.</exception>
    public void Set(string name, ConsoleRole role, string password)
    {
        if (CheckName(name) is { } mistake) throw new ConsoleException(mistake);
        if (password.Length < LeastPassword) throw new ConsoleException($"the password has {password.Length} characters; {LeastPassword} or more are expected");
        var users = File.Exists(Path) ? new Dictionary<string, UserEntry>(Read(), StringComparer.Ordinal) : [];
        users[name] = new UserEntry(name, role, PasswordHash.Make(password));
        Write(users.Values);
    }

    /// <summary>Removes a user.</summary>
    /// <exception cref="ConsoleException">There is none of this name.</exception>
    public void Remove(string name)
    {
        var users = new Dictionary<string, UserEntry>(Read(), StringComparer.Ordinal);
        if (!users.Remove(name)) throw new ConsoleException($"the users file {Path} has no user {name}; it has {string.Join(", ", users.Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}");
        Write(users.Values);
    }

    private void Write(IEnumerable<UserEntry> users)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        Directory.CreateDirectory(folder);
        var temporary = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(Path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, new Content([.. users.OrderBy(static user => user.Name, StringComparer.Ordinal)]), Json);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, Path, overwrite: true);
    }

    private void CheckMode()
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & others) != 0)
            throw new ConsoleException($"the users file {Path} can be read or written by others: run chmod 600 {Path}");
    }

    private static string? CheckName(string name) =>
        name.Length is 0 or > 60 || name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-' or '@'))
            ? "a user's name is of 1 to 60 letters, digits, and . _ - @" : null;

    private sealed record Content(IReadOnlyList<UserEntry> Users);
}
