using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Configuration;

/// <summary>Paths in a configuration file are relative to it; those of options and the environment to the current folder.</summary>
internal static class SettingsPaths
{
    /// <summary>The settings with their folders as absolute paths.</summary>
    public static LoadedSettings Resolve(LoadedSettings loaded)
    {
        var machine = loaded.Settings.Machine;
        var folder = loaded.File is null ? "." : Path.GetDirectoryName(Path.GetFullPath(loaded.File))!;
        var name = loaded.File is null ? null : Path.GetFileName(loaded.File);
        string Of(string key, string path) => path.Length == 0 || FileSystems.IsUri(FileSystems.Plain(path)) ? path
            : Path.GetFullPath(FileSystems.Plain(path), loaded.Values.First(value => value.Key == key).Origin == name && name is not null ? folder : Directory.GetCurrentDirectory());
        var resolved = new MachineSettings
        {
            Lake = Of("machine.lake", machine.Lake),
            Input = machine.Input.Select(input => Of("machine.input", input)).ToArray(),
            RowTrees = machine.RowTrees,
            Engine = machine.Engine,
            SparkMaster = machine.SparkMaster,
            SparkSettings = machine.SparkSettings,
            SparkSplitMib = machine.SparkSplitMib,
            Threads = machine.Threads,
            MemoryMib = machine.MemoryMib,
            SpillFolder = Of("machine.spill_folder", machine.SpillFolder),
            LogFolder = Of("machine.log_folder", machine.LogFolder),
            LogDays = machine.LogDays,
            TimeLimitMinutes = machine.TimeLimitMinutes,
            Schedules = machine.Schedules,
            Alerts = machine.Alerts,
            Web = Web(machine.Web, Of),
            Anchor = Anchor(machine.Anchor, Of),
            Payments = Payments(machine.Payments, Of),
        };
        return loaded with { Settings = new Settings { Results = loaded.Settings.Results, Machine = resolved } };
    }

    private static WebSettings Web(WebSettings web, Func<string, string, string> of) => new()
    {
        WithSchedule = web.WithSchedule,
        Listen = web.Listen,
        Hosts = web.Hosts,
        Users = of("machine.web.users", web.Users),
        LoopbackRole = web.LoopbackRole,
        SessionMinutes = web.SessionMinutes,
        Certificate = of("machine.web.certificate", web.Certificate),
        CertificateKey = of("machine.web.certificate_key", web.CertificateKey),
        TrustedProxies = web.TrustedProxies,
        ProxyUserHeader = web.ProxyUserHeader,
        ProxyGroupsHeader = web.ProxyGroupsHeader,
        ProxyOperators = web.ProxyOperators,
        MemoryMib = web.MemoryMib,
        QuerySeconds = web.QuerySeconds,
    };

    private static AnchorSettings Anchor(AnchorSettings anchor, Func<string, string, string> of) => new()
    {
        Chain = anchor.Chain,
        Rpc = anchor.Rpc,
        ChainId = anchor.ChainId,
        Contract = anchor.Contract,
        Keystore = of("machine.anchor.keystore", anchor.Keystore),
        PassphraseFile = of("machine.anchor.passphrase_file", anchor.PassphraseFile),
        PassphraseVariable = anchor.PassphraseVariable,
        Signer = anchor.Signer,
        Account = anchor.Account,
        MaxFeeGwei = anchor.MaxFeeGwei,
        Confirmations = anchor.Confirmations,
        WaitSeconds = anchor.WaitSeconds,
        StuckSeconds = anchor.StuckSeconds,
    };

    private static PaymentSettings Payments(PaymentSettings payments, Func<string, string, string> of) => new()
    {
        Rpc = payments.Rpc,
        ChainId = payments.ChainId,
        Contract = payments.Contract,
        FromBlock = payments.FromBlock,
        RangeBlocks = payments.RangeBlocks,
        Confirmations = payments.Confirmations,
        Folder = of("machine.payments.folder", payments.Folder),
        UnitDecimals = payments.UnitDecimals,
        Currency = payments.Currency,
    };
}
