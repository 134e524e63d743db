namespace Analytics.Jobs.Configuration;

/// <summary>What the types alone cannot say: ranges, choices and what goes together.</summary>
internal static class SettingsRules
{
    /// <summary>The stages in the order in which they run; publishing follows.</summary>
    public static readonly string[] StageOrder = ["ingest", "sales", "mine", "forecast", "segment"];

    public static void Check(Settings settings, List<string> errors)
    {
        var results = settings.Results;
        OneOf("results.input.format", results.Input.Format, ["auto", "csv", "json_lines", "parquet"], errors);
        OneOf("results.input.duplicates", results.Input.Duplicates, ["drop", "keep", "fail"], errors);
        foreach (var table in settings.Machine.RowTrees) OneOf("machine.row_trees", table, [.. Pipeline.TableSchemas.Names], errors);
        OneOf("machine.engine", settings.Machine.Engine, ["duckdb", "spark"], errors);
        foreach (var setting in settings.Machine.SparkSettings)
            if (!setting.StartsWith("spark.", StringComparison.Ordinal) || setting.IndexOf('=', StringComparison.Ordinal) < 0)
                errors.Add($"'machine.spark_settings' holds '{setting}', but KEY=VALUE with a key of Spark's is expected, such as spark.driver.memory=2g");
        Range("machine.spark_split_mib", settings.Machine.SparkSplitMib, 1, 512, errors);
        if (results.Input.Delimiter.Length != 1) errors.Add($"'results.input.delimiter' is '{results.Input.Delimiter}', but one character is expected");
        if (results.Input.Quote.Length != 1) errors.Add($"'results.input.quote' is '{results.Input.Quote}', but one character is expected");
        foreach (var stage in results.Stages) OneOf("results.stages", stage, StageOrder, errors);
        if (!results.Stages.Contains("ingest")) errors.Add("'results.stages' has no ingest: every run starts with it");
        if (results.Stages.Any(stage => stage is "mine" or "forecast" or "segment") && !results.Stages.Contains("sales"))
            errors.Add("'results.stages' has no sales: mine, forecast and segment read its tables");
        Range("results.limits.max_rejected_share", results.Limits.MaxRejectedShare, 0, 1, errors);
        Range("results.limits.max_duplicate_share", results.Limits.MaxDuplicateShare, 0, 1, errors);
        Range("results.limits.max_gap_days", results.Limits.MaxGapDays, 1, 36_500, errors);
        MineRules.Check(results, errors);
        foreach (var text in results.Forecast.ClosedDays)
            if (DayList.Parse(text, out var error) is null) errors.Add($"'results.forecast.closed_days': {error}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in results.Forecast.Events)
        {
            if (DayList.ParseNamed(text, out var error) is not { } one) errors.Add($"'results.forecast.events': {error}");
            else if (!names.Add(one.Name)) errors.Add($"'results.forecast.events' names '{one.Name}' twice: one entry with all its dates is expected");
        }
        OneOf("results.forecast.reconciliation", results.Forecast.Reconciliation, ["backtest", .. Stages.ForecastHierarchy.MethodNames], errors);
        Range("results.forecast.horizon", results.Forecast.Horizon, 1, 730, errors);
        if (results.Forecast.MaxHistoryDays != 0) Range("results.forecast.max_history_days", results.Forecast.MaxHistoryDays, 28, 100_000, errors);
        Range("results.segment.min_segments", results.Segment.MinSegments, 2, 50, errors);
        Range("results.segment.max_segments", results.Segment.MaxSegments, results.Segment.MinSegments, 50, errors);
        Schedule.ScheduleDefinitions.Check(settings, errors);
        Alerts.AlertChannels.Check(settings.Machine.Alerts, errors);
        settings.Machine.Web.Check(errors);
        Telemetry(settings.Machine, errors);
        Range("machine.threads", settings.Machine.Threads, 0, 1024, errors);
        Range("machine.memory_mib", settings.Machine.MemoryMib, 0, 100_000_000, errors);
        Range("machine.log_days", settings.Machine.LogDays, 1, 36_500, errors);
        Range("machine.time_limit_minutes", settings.Machine.TimeLimitMinutes, 0, 50_000, errors);
        Anchor(settings.Machine.Anchor, errors);
        Payments(settings.Machine.Payments, errors);
        if (errors.Count == 0 && results.Input.Columns.Count > 0)
            foreach (var error in MappingSettings.ToMapping(results.Input).Validate()) errors.Add($"results.input: {error}");
    }

    private static void Telemetry(MachineSettings machine, List<string> errors)
    {
        OneOf("machine.telemetry.protocol", machine.Telemetry.Protocol, ["", "http", "grpc"], errors);
        Address("machine.telemetry.otlp", machine.Telemetry.Otlp, errors);
        Address("machine.lineage.url", machine.Lineage.Url, errors);
        if (machine.Lineage.Namespace.Length == 0) errors.Add("'machine.lineage.namespace' is empty; expected a name such as analytics");
        Range("machine.alerts.chain_hours", machine.Alerts.ChainHours, 0, 100_000, errors);
    }

    private static void Address(string key, string value, List<string> errors)
    {
        if (value.Length > 0 && !(Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            errors.Add($"'{key}' is no address; expected one that begins with http:// or https://");
        // Whoever reads the configuration or a log would read them.
        else if (value.Length > 0 && new Uri(value).UserInfo.Length > 0) errors.Add($"'{key}' holds a user or a password; expected an address without, and the key by a key of its own (key_from, OTEL_EXPORTER_OTLP_HEADERS)");
    }

    private static void Anchor(AnchorSettings anchor, List<string> errors)
    {
        OneOf("machine.anchor.chain", anchor.Chain, ["none", "dev", "rpc"], errors);
        Range("machine.anchor.max_fee_gwei", anchor.MaxFeeGwei, 0.000000001m, 1_000_000, errors);
        Range("machine.anchor.confirmations", anchor.Confirmations, 0, 1_000_000, errors);
        Range("machine.anchor.wait_seconds", anchor.WaitSeconds, 0, 86_400, errors);
        Range("machine.anchor.stuck_seconds", anchor.StuckSeconds, 1, 86_400, errors);
        Range("machine.anchor.chain_id", anchor.ChainId, 0, long.MaxValue, errors);
        AddressText("machine.anchor.contract", anchor.Contract, errors);
        AddressText("machine.anchor.account", anchor.Account, errors);
        if (anchor.Chain != "rpc") return;
        if (anchor.Rpc.Length == 0) errors.Add("'machine.anchor.rpc' is empty, but machine.anchor.chain is rpc: name the node's address");
        if (anchor.ChainId == 0) errors.Add("'machine.anchor.chain_id' is not set, but machine.anchor.chain is rpc: name the chain that the node must be on, so that nothing is signed for another");
        if (anchor.Keystore.Length > 0 == anchor.Signer.Length > 0) errors.Add("one of 'machine.anchor.keystore' and 'machine.anchor.signer' is expected where machine.anchor.chain is rpc");
        if (anchor.Keystore.Length > 0 && anchor.PassphraseFile.Length > 0 == anchor.PassphraseVariable.Length > 0)
            errors.Add("one of 'machine.anchor.passphrase_file' and 'machine.anchor.passphrase_variable' is expected with machine.anchor.keystore");
        if (anchor.Signer.Length > 0 && anchor.Account.Length == 0) errors.Add("'machine.anchor.account' is empty: name the account whose key the signer keeps");
    }

    private static void Payments(PaymentSettings payments, List<string> errors)
    {
        AddressText("machine.payments.contract", payments.Contract, errors);
        Range("machine.payments.chain_id", payments.ChainId, 0, long.MaxValue, errors);
        Range("machine.payments.from_block", payments.FromBlock, 0, long.MaxValue, errors);
        Range("machine.payments.range_blocks", payments.RangeBlocks, 1, 1_000_000, errors);
        Range("machine.payments.confirmations", payments.Confirmations, 0, 1_000_000, errors);
        Range("machine.payments.unit_decimals", payments.UnitDecimals, 0, 18, errors);
    }

    private static void AddressText(string key, string value, List<string> errors)
    {
        if (value.Length == 0) return;
        try
        {
            Analytics.Anchoring.Address.Parse(value);
        }
        catch (FormatException e)
        {
            errors.Add($"'{key}': {e.Message}");
        }
    }

    public static void OneOf(string key, string value, string[] choices, List<string> errors)
    {
        if (choices.Contains(value)) return;
        var nearest = Nearest.Of(value, choices);
        errors.Add($"'{key}' is '{value}', but one of {string.Join(", ", choices)} is expected" + (nearest is null ? "" : $"; did you mean '{nearest}'?"));
    }

    public static void Range(string key, decimal value, decimal least, decimal most, List<string> errors)
    {
        if (value < least || value > most)
            errors.Add($"'{key}' is {SettingsBinder.Format(value)}, but {SettingsBinder.Format(least)} to {SettingsBinder.Format(most)} is expected");
    }
}
