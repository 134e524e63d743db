using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Schedule;

/// <summary>Secrets stand in the environment or in a file, never in the configuration; their values go into no message.</summary>
internal static class Secrets
{
    /// <summary>Reads a secret.</summary>
    /// <param name="from">env:NAME or file:PATH.</param>
    /// <param name="key">The configuration key, for the message.</param>
    /// <exception cref="UserException">Code 2: it is not there, or others can read the file.</exception>
    public static string Read(string from, string key)
    {
        if (from.StartsWith("env:", StringComparison.Ordinal))
        {
            return Environment.GetEnvironmentVariable(from[4..]) is { Length: > 0 } value ? value
                : throw new UserException(ExitCode.Usage, $"'{key}' names the environment variable {from[4..]}, which is not set: set it for the service that runs the schedule");
        }
        if (!from.StartsWith("file:", StringComparison.Ordinal))
            throw new UserException(ExitCode.Usage, $"'{key}' is neither env:NAME nor file:PATH: name where the secret stands, not the secret");
        var path = from[5..];
        if (!File.Exists(path)) throw new UserException(ExitCode.Usage, $"'{key}' names the file {path}, which does not exist");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw new UserException(ExitCode.Usage, $"'{key}' names the file {path}, which others can read: run chmod 600 {path}");
        return File.ReadAllText(path).Trim() is { Length: > 0 } text ? text : throw new UserException(ExitCode.Usage, $"'{key}' names the file {path}, which is empty");
    }
}
