namespace Analytics.Files;

/// <summary>Paths as texts with <c>/</c> between names, the same on every store.</summary>
public static class StorePath
{
    /// <summary>Puts a path below a folder; the second is relative and not empty.</summary>
    public static string Combine(string folder, string relative)
    {
        ArgumentException.ThrowIfNullOrEmpty(relative);
        if (folder.Length == 0) return relative;
        return folder[^1] == '/' ? folder + relative : folder + "/" + relative;
    }

    /// <summary>Puts several names below a folder.</summary>
    public static string Combine(string folder, params ReadOnlySpan<string> names)
    {
        foreach (var name in names) folder = Combine(folder, name);
        return folder;
    }

    /// <summary>The folder that holds a path; empty where the path has no folder in it.</summary>
    public static string Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : slash == 0 ? "/" : path[..slash];
    }

    /// <summary>The last name of a path.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The part of a path below a folder.</summary>
    /// <exception cref="ArgumentException">The path is not below the folder.</exception>
    public static string Relative(string folder, string path)
    {
        var prefix = folder.EndsWith('/') || folder.Length == 0 ? folder : folder + "/";
        if (path.Length <= prefix.Length || !path.StartsWith(prefix, StringComparison.Ordinal))
            throw new ArgumentException($"{path} is not below {folder}", nameof(path));
        return path[prefix.Length..];
    }

    /// <summary>
    /// Whether a path is relative, plain and stays where it is put: no empty name, no <c>.</c> or <c>..</c>, no backslash,
    /// no colon and no control character, so that a manifest from elsewhere can never point out of its folder.
    /// </summary>
    public static bool IsPlainRelative(string path)
    {
        if (path.Length == 0) return false;
        foreach (var name in path.Split('/'))
        {
            if (name.Length == 0 || name is "." or "..") return false;
            foreach (var letter in name)
                if (letter < ' ' || letter is '\\' or ':' or '\u007f') return false;
        }
        return true;
    }
}
