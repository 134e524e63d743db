using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Configuration;

/// <summary>Paths in a configuration file are relative to it; those of options and the environment to the current folder.</summary>
internal static class SettingsPaths
{
    /// <summary>The settings with their folders as absolute paths; every other key as it was.</summary>
    public static LoadedSettings Resolve(LoadedSettings loaded)
    {
        var machine = loaded.Settings.Machine;
        var folder = loaded.File is null ? "." : Path.GetDirectoryName(Path.GetFullPath(loaded.File))!;
        var name = loaded.File is null ? null : Path.GetFileName(loaded.File);
        string Of(string key, string path) => path.Length == 0 || FileSystems.IsUri(FileSystems.Plain(path)) ? path
            : Path.GetFullPath(FileSystems.Plain(path), loaded.Values.First(value => value.Key == key).Origin == name && name is not null ? folder : Directory.GetCurrentDirectory());
        var resolved = machine with
        {
            Lake = Of("machine.lake", machine.Lake),
            Input = [.. machine.Input.Select(input => Of("machine.input", input))],
            SpillFolder = Of("machine.spill_folder", machine.SpillFolder),
            LogFolder = Of("machine.log_folder", machine.LogFolder),
            Anchor = machine.Anchor with
            {
                Keystore = Of("machine.anchor.keystore", machine.Anchor.Keystore),
                PassphraseFile = Of("machine.anchor.passphrase_file", machine.Anchor.PassphraseFile),
            },
            Web = machine.Web with
            {
                Users = Of("machine.web.users", machine.Web.Users),
                Certificate = Of("machine.web.certificate", machine.Web.Certificate),
                CertificateKey = Of("machine.web.certificate_key", machine.Web.CertificateKey),
            },
            Payments = machine.Payments with { Folder = Of("machine.payments.folder", machine.Payments.Folder) },
        };
        return loaded with { Settings = loaded.Settings with { Machine = resolved } };
    }
}
