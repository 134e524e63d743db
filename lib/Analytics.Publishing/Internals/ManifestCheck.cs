using Analytics.Files;

namespace Analytics.Publishing.Internals;

/// <summary>Whether a manifest agrees with itself and with the folder that it stands in.</summary>
internal static class ManifestCheck
{
    public static void Check(RunRef run, Manifest manifest, string path, List<Finding> findings)
    {
        void Expect(bool holds, string what, string found, string expected)
        {
            if (!holds) findings.Add(new Finding(FindingKind.Manifest, path, $"{what} is {found}; expected {expected}"));
        }

        var head = manifest.Run;
        Expect(head.Id == run.Id && head.BusinessDate == run.Date, "the run", new RunRef(head.BusinessDate, head.Id).ToString(), $"{run}, as its folder is named");
        var key = RunKey.Compute(manifest.KeyParts);
        Expect(head.Key == key, "the key", head.Key, $"{key}, computed from its parts");
        Expect(run.Id.StartsWith(key.AsSpan(0, RunKey.IdDigits), StringComparison.Ordinal), "the id", run.Id, $"the first {RunKey.IdDigits} digits of the key {key}");
        Expect(manifest.KeyParts.BusinessDate == head.BusinessDate, "the date of the key", LakeLayout.Date(manifest.KeyParts.BusinessDate), LakeLayout.Date(head.BusinessDate));
        Expect(manifest.KeyParts.BaseKey == head.Base?.Key, "the base's key", manifest.KeyParts.BaseKey ?? "none", head.Base?.Key ?? "none");
        var configuration = Hash(manifest.KeyParts);
        Expect(configuration == manifest.KeyParts.ConfigurationSha256, "the hash of the configuration", manifest.KeyParts.ConfigurationSha256, configuration);
        Expect(DraftCheck.Inputs(manifest.Sources).SequenceEqual(manifest.KeyParts.Inputs), "the list of sources", "not that of the key", "the key's inputs");

        foreach (var table in manifest.Tables)
        {
            var sum = table.Files.Sum(static f => f.Rows);
            Expect(table.Rows == sum, $"the row count of {table.Name}", $"{table.Rows}", $"{sum}, the sum of its files");
        }
        foreach (var file in RunFiles.List(manifest))
            Expect(StorePath.IsPlainRelative(file.Path) && RunKey.IsSha256(file.Sha256), "a file", $"'{file.Path}' with the hash '{file.Sha256}'", "a plain path and a SHA-256");
        foreach (var day in manifest.Curated)
        {
            var expected = LakeLayout.CuratedFile(LakeLayout.Transactions, day.Date, day.Transactions.Sha256);
            Expect(day.Transactions.Path == expected, "a curated file", day.Transactions.Path, expected);
            if (day.Evidence is not { } evidence) continue;
            expected = LakeLayout.CuratedFile(LakeLayout.Evidence, day.Date, evidence.Sha256);
            Expect(evidence.Path == expected, "a curated file", evidence.Path, expected);
        }
    }

    private static string Hash(RunKeyParts parts)
    {
        try
        {
            return CanonicalJson.Hash(parts.Configuration);
        }
        catch (FormatException e)
        {
            return $"not computable: {e.Message}";
        }
    }
}
