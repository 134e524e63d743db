using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>Where a lake is, or could be made.</summary>
public sealed partial class Lake
{
    // The folders besides runs/ are made before it, so a folder with some of them and without runs/ is a lake that was being made. A file
    // system of its own has lost+found in its root.
    private static readonly string[] Folders = [LakeLayout.Curated, LakeLayout.Staging, LakeLayout.State];
    private const string LostAndFound = "lost+found";
    private const string ProbePrefix = ".analytics-probe-";

    /// <summary>Whether a lake is at a place; false where none is and one can be made: nothing is there, an empty folder, or a lake that was being made.</summary>
    /// <exception cref="PublishingException">Something else is there.</exception>
    public static bool IsThere(string root, IFileStore files)
    {
        var runs = StorePath.Combine(root, LakeLayout.Runs);
        if (files.FolderExists(runs)) return true;
        if (files.Find(root) is { Kind: FileKind.File })
            throw new PublishingException(Fault.Usage, "a file stands where the lake should be", root, "a folder, or a free name", "Name another place with --lake.");
        foreach (var item in files.List(root))
        {
            if (Folders.Contains(item.Name, StringComparer.Ordinal) || item.Name == LostAndFound || item.Name.StartsWith(ProbePrefix, StringComparison.Ordinal)) continue;
            // Another process may have made the lake since: runs/ comes last, so with it the lake is whole.
            if (files.FolderExists(runs)) return true;
            throw new PublishingException(Fault.Usage, $"the folder is no lake and not empty: it holds {item.Name}", root, "a lake, an empty folder or a free name",
                "Name another place with --lake.");
        }
        return false;
    }

    /// <summary>Tries whether a lake can be made at a place where none is, by a small file in the nearest folder that exists, which is removed.</summary>
    /// <returns>That folder: the place itself, or one above it.</returns>
    /// <exception cref="FileStoreException">It cannot be written.</exception>
    /// <exception cref="PublishingException">A file stands in the way.</exception>
    public static string ProbePlace(string root, IFileStore files)
    {
        var folder = root;
        FileItem? found;
        while ((found = files.Find(folder)) is null && StorePath.Parent(folder) is { Length: > 0 } parent && parent != folder) folder = parent;
        if (found is { Kind: FileKind.File })
            throw new PublishingException(Fault.Usage, "a file stands where a folder above the lake should be", folder, "a folder, or a free name", "Name another place with --lake.");
        var probe = StorePath.Combine(folder, ProbePrefix + Guid.NewGuid().ToString("N"));
        try
        {
            files.WriteNew(probe, "may we write here?"u8);
        }
        finally
        {
            files.DeleteFile(probe);
        }
        return folder;
    }
}
