using System.Text;
using Analytics.Jobs.Configuration;
using Analytics.Scheduling;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Analytics.Jobs.Alerts;

/// <summary>E-mail over SMTP. A recovery answers the mail that raised it, so that both stand in one thread.</summary>
internal sealed class EmailChannel(EmailSettings settings, string? password) : IAlertChannel
{
    private const int TimeoutMilliseconds = 30_000;

    public string Name => "email";

    public async Task SendAsync(AlertMessage message, CancellationToken cancel)
    {
        using var mail = Compose(settings, message);
        using var client = new SmtpClient { Timeout = TimeoutMilliseconds };
        var security = settings.Security switch
        {
            "tls" => SecureSocketOptions.SslOnConnect,
            "none" => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls,
        };
        await client.ConnectAsync(settings.Host, settings.Port, security, cancel).ConfigureAwait(false);
        if (settings.User.Length > 0) await client.AuthenticateAsync(settings.User, password!, cancel).ConfigureAwait(false);
        await client.SendAsync(mail, cancel).ConfigureAwait(false);
        await client.DisconnectAsync(quit: true, cancel).ConfigureAwait(false);
    }

    /// <summary>The mail.</summary>
    internal static MimeMessage Compose(EmailSettings settings, AlertMessage message)
    {
        var mail = new MimeMessage { Subject = $"[analytics] {AlertText.Title(message)}", Date = message.At };
        mail.From.Add(MailboxAddress.Parse(settings.From));
        foreach (var to in settings.To) mail.To.Add(MailboxAddress.Parse(to));
        var thread = $"{message.Id}.{message.RaisedAt.UtcTicks}@analytics";
        mail.MessageId = message.IsRecovery ? $"over.{thread}" : thread;
        if (message.IsRecovery) mail.InReplyTo = thread;
        var text = new StringBuilder();
        foreach (var (part, isCode) in AlertText.Parts(message)) text.Append(isCode ? "    " : "").Append(part).Append("\r\n\r\n");
        mail.Body = new TextPart("plain") { Text = text.ToString() };
        return mail;
    }
}
