using System.ComponentModel;

namespace Analytics.Jobs.Configuration;

/// <summary>One named schedule.</summary>
internal sealed class ScheduleSettings
{
    [Description("When a night is due, by the shop's clock: second minute hour day month weekday, such as 0 30 2 * * ? for 02:30 every night. A time that a clock change skips is the first after it; one that comes twice is the first.")]
    public string Cron { get; init; } = "0 30 2 * * ?";

    [Description("The IANA time zone of the clock; without it results.input.time_zone.")]
    public string? TimeZone { get; init; }

    [Description("The business date is the local day on which the night is due less so many days.")]
    public int DaysBack { get; init; } = 1;

    [Description("The first business date that is due; without it the first that the lake has.")]
    public DateOnly? FirstDate { get; init; }

    [Description("Files, folders or patterns of a night, such as /in/{date:yyyyMMdd}/*.csv.gz; {date} alone is yyyy-MM-dd. Without any, machine.input.")]
    public IReadOnlyList<string> Input { get; init; } = [];

    [Description("A file that must be there before the night starts, such as /in/{date}.done; empty for none.")]
    public string Marker { get; init; } = "";

    [Description("The night's files must not have changed for so many minutes; 0 for no such wait.")]
    public int StillMinutes { get; init; }

    [Description("Further arguments of `run nightly`, separated by spaces.")]
    public string Arguments { get; init; } = "";

    [Description("Options of spark-submit, separated by spaces; with any, the night is started through spark-submit.sh.")]
    public string SparkSubmit { get; init; } = "";

    [Description("A night that is not published so many minutes after it was due is an alert.")]
    public int LateAfterMinutes { get; init; } = 180;

    [Description("A night without input holds up later ones no longer after so many minutes; it is run when its input comes.")]
    public int GiveUpAfterMinutes { get; init; } = 1200;

    [Description("The longest that one attempt may take, in minutes; past it the process is ended and tried again.")]
    public int DeadlineMinutes { get; init; } = 360;

    [Description("Missing nights among so many newest due ones are made up for; older ones are named in an alert.")]
    public int CatchUpNights { get; init; } = 14;

    [Description("The most attempts at a night where something outside fails.")]
    public int Attempts { get; init; } = 6;

    [Description("The pause after the first failure, in minutes; each later one is twice as long.")]
    public int PauseMinutes { get; init; } = 2;

    [Description("The longest pause, in minutes.")]
    public int LongestPauseMinutes { get; init; } = 60;
}

/// <summary>Calls for help.</summary>
internal sealed class AlertSettings
{
    [Description("Named webhooks: name -> the environment variable or file that holds the address, or an object. An address is a secret as often as not, so it stands in neither the configuration nor a log.")]
    public IReadOnlyDictionary<string, WebhookSettings> Webhooks { get; init; } = new Dictionary<string, WebhookSettings>();

    [Description("E-mail.")]
    public EmailSettings Email { get; init; } = new();

    [Description("The console's address for links in messages, such as https://analytics.shop.example; empty for none.")]
    public string ConsoleUrl { get; init; } = "";

    [Description("Less free space than this share of the lake's disk is an alert; 0 for none.")]
    public decimal DiskFreeShare { get; init; } = 0.1m;

    [Description("Net sales or lines of the newest day that differ from the median of the same weekday before by more than this share are an alert; 0 for none.")]
    public decimal VolumeShare { get; init; } = 0.5m;

    [Description("A root that waits for the chain longer than so many hours is an alert, as is one that the contract refused or whose block was reorganised away; 0 for none. Needs machine.anchor.chain.")]
    public int ChainHours { get; init; } = 24;

    [Description("The environment variable or file that holds an address which is asked for after each look, so that a dead man's switch notices when the schedule itself is silent; empty for none.")]
    public string HeartbeatFrom { get; init; } = "";
}

/// <summary>One webhook.</summary>
internal sealed class WebhookSettings
{
    [Description("Where the address stands: env:NAME or file:PATH.")]
    public string From { get; init; } = "";

    [Description("json (all fields), slack or teams.")]
    public string Form { get; init; } = "json";
}

/// <summary>E-mail.</summary>
internal sealed class EmailSettings
{
    [Description("The SMTP server; empty for no e-mail.")]
    public string Host { get; init; } = "";

    [Description("Its port.")]
    public int Port { get; init; } = 587;

    [Description("start_tls, tls or none.")]
    public string Security { get; init; } = "start_tls";

    [Description("The user; empty for none.")]
    public string User { get; init; } = "";

    [Description("Where the password stands: env:NAME or file:PATH.")]
    public string PasswordFrom { get; init; } = "";

    [Description("The sender's address.")]
    public string From { get; init; } = "";

    [Description("The receivers' addresses.")]
    public IReadOnlyList<string> To { get; init; } = [];
}
