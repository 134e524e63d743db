using Analytics.Jobs.Configuration;
using Analytics.Jobs.Schedule;
using Analytics.Scheduling;

namespace Analytics.Jobs.Alerts;

/// <summary>The configuration's channels.</summary>
internal static class AlertChannels
{
    /// <summary>All channels; secrets are read once, when the service starts.</summary>
    /// <exception cref="UserException">Code 2: a secret is not where the configuration says.</exception>
    public static IReadOnlyList<IAlertChannel> Of(AlertSettings settings, HttpClient http)
    {
        var channels = new List<IAlertChannel>();
        foreach (var (name, hook) in settings.Webhooks.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            var key = $"machine.alerts.webhooks.{name}.from";
            var address = Secrets.Read(hook.From, key);
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                throw new UserException(ExitCode.Usage, $"what '{key}' names holds no http or https address");
            channels.Add(new WebhookChannel(name, address, hook.Form, http));
        }
        if (settings.Email.Host.Length > 0)
            channels.Add(new EmailChannel(settings.Email, settings.Email.User.Length > 0 ? Secrets.Read(settings.Email.PasswordFrom, "machine.alerts.email.password_from") : null));
        return channels;
    }

    // Apart, so that a configuration without e-mail does not load the mail library at every start.
    private static bool IsAddress(string text) => MimeKit.MailboxAddress.TryParse(text, out _);

    /// <summary>Checks what the types cannot say.</summary>
    public static void Check(AlertSettings settings, List<string> errors)
    {
        foreach (var (name, hook) in settings.Webhooks)
        {
            if (name.Length is 0 or > 60 || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-"))
                errors.Add($"'machine.alerts.webhooks.{name}': a channel's name is of lower-case letters, digits, _ and -");
            if (hook.Form is not ("json" or "slack" or "teams")) errors.Add($"'machine.alerts.webhooks.{name}.form' is '{hook.Form}', but one of json, slack, teams is expected");
        }
        var email = settings.Email;
        if (email.Security is not ("start_tls" or "tls" or "none")) errors.Add($"'machine.alerts.email.security' is '{email.Security}', but one of start_tls, tls, none is expected");
        if (email.Host.Length > 0 && (email.To.Count == 0 || !email.To.Append(email.From).All(IsAddress)))
            errors.Add("'machine.alerts.email' has a host, so from and to need addresses such as night@shop.example");
        if (settings.DiskFreeShare is < 0 or > 1) errors.Add("'machine.alerts.disk_free_share' is a share from 0 to 1");
        if (settings.VolumeShare < 0) errors.Add("'machine.alerts.volume_share' is 0 or more");
    }
}
