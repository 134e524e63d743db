using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Analytics.Scheduling;

namespace Analytics.Jobs.Alerts;

/// <summary>A webhook: plain JSON with all fields, or the forms that Slack (incoming webhooks) and Teams (workflows, adaptive cards) take.</summary>
internal sealed class WebhookChannel(string name, string address, string form, HttpClient http) : IAlertChannel
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    public string Name => name;

    public async Task SendAsync(AlertMessage message, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        HttpResponseMessage response;
        try
        {
            response = await http.PostAsJsonAsync(address, Body(form, message), limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            // The address may be a secret: the reason is told, where it went is not.
            throw new IOException($"the webhook could not be reached ({e.HttpRequestError})");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"the webhook did not answer within {Timeout.TotalSeconds} s");
        }
        using (response)
            if (!response.IsSuccessStatusCode) throw new IOException($"the webhook answered {(int)response.StatusCode}");
    }

    /// <summary>The body in one of the forms.</summary>
    internal static JsonObject Body(string form, AlertMessage message) => form switch
    {
        "slack" => Slack(message),
        "teams" => Teams(message),
        _ => Plain(message),
    };

    private static JsonObject Plain(AlertMessage message) => new()
    {
        ["version"] = 1,
        ["id"] = message.Id,
        ["status"] = message.IsRecovery ? "recovered" : "raised",
        ["kind"] = AlertText.Kind(message.Condition.Kind),
        ["schedule"] = message.Condition.Schedule,
        ["date"] = message.Condition.Date is { } date ? Pipeline.Dates.Text(date) : null,
        ["title"] = AlertText.Title(message),
        ["text"] = message.Condition.Text,
        ["remedy"] = message.Condition.Remedy,
        ["command"] = message.Condition.Command,
        ["link"] = message.Link,
        ["raised_at"] = AlertText.Time(message.RaisedAt),
        ["at"] = AlertText.Time(message.At),
    };

    private static JsonObject Slack(AlertMessage message)
    {
        // Slack reads &, < and > as markup and nothing else.
        static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        static JsonObject Section(string text) => new() { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text.Length > 2900 ? text[..2900] + " ..." : text } };
        var blocks = new JsonArray(Section($"*{Escape(AlertText.Title(message))}*"));
        foreach (var part in AlertText.Parts(message)) blocks.Add(Section(part.IsCode ? $"```{Escape(part.Text)}```" : Escape(part.Text)));
        return new JsonObject { ["text"] = AlertText.Title(message), ["blocks"] = blocks };
    }

    private static JsonObject Teams(AlertMessage message)
    {
        static JsonObject Block(string text, bool bold, bool code) => new()
        {
            ["type"] = "TextBlock",
            ["text"] = text,
            ["wrap"] = true,
            ["weight"] = bold ? "Bolder" : "Default",
            ["fontType"] = code ? "Monospace" : "Default",
        };
        var body = new JsonArray(Block(AlertText.Title(message), bold: true, code: false));
        foreach (var part in AlertText.Parts(message)) body.Add(Block(part.Text, bold: false, part.IsCode));
        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive",
                ["content"] = new JsonObject { ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["type"] = "AdaptiveCard", ["version"] = "1.4", ["body"] = body },
            }),
        };
    }
}
