using Analytics.Files;
using Analytics.Proofs;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>
/// Publishing without a lake: does in memory what <see cref="Publisher"/> does with a manifest. A fresh process spends most of a small
/// publication on loading and compiling its code, which another core can do while the input is read.
/// </summary>
public static class Rehearsal
{
    /// <summary>Writes a published run's documents, manifest and root, and keeps none of it.</summary>
    /// <returns>The root that came out: the run's own, where this program's version wrote its manifest.</returns>
    public static string Publish(RunRef run, Manifest manifest)
    {
        foreach (var content in (byte[]?[])[RunFiles.Results(run.Date, manifest.Tables), RunFiles.Rows(run, manifest.Tables), TablesSql.Write(run, manifest.Tables)])
            if (content is not null) UnixFsFile.Read(new MemoryStream(content, writable: false));
        return RunFiles.Root(FileHash.Compute(ManifestFile.Write(manifest)), RunFiles.List(manifest)).Root;
    }
}
