using System.Net;
using System.Text.RegularExpressions;
using Analytics.Web.Access;

namespace Analytics.Web.Tests;

/// <summary>A console on a free loopback port, and what a browser without a screen would be.</summary>
internal sealed class TestConsole : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly ConsoleServer _server;
    private readonly WebShop? _owned;

    private TestConsole(ConsoleServer server, WebShop shop, FakeProgram program, WebShop? owned) => (_server, Shop, Program, _owned) = (server, shop, program, owned);

    public WebShop Shop { get; }

    public FakeProgram Program { get; }

    public Uri Address => new(_server.Address);

    public static async Task<TestConsole> StartAsync(WebShop? shop = null, Func<ConsoleOptions, ConsoleOptions>? with = null, bool hasUsers = false, bool hasSchedule = true, Publishing.Lake? lake = null)
    {
        var owned = shop is null ? new WebShop().Publish(3) : null;
        shop ??= owned!;
        var program = new FakeProgram(shop.Folder) { Schedules = hasSchedule ? [FakeProgram.Nightly()] : [] };
        var options = new ConsoleOptions { Listen = "127.0.0.1:0" };
        if (hasUsers)
        {
            var users = new UserFile(Path.Combine(shop.Folder, "users.json"));
            users.Set("vera", ConsoleRole.Viewer, Password);
            users.Set("otto", ConsoleRole.Operator, Password);
            options = options with { UsersFile = users.Path };
        }
        return new TestConsole(await ConsoleServer.StartAsync(lake ?? shop.Lake, program, with is null ? options : with(options)), shop, program, owned);
    }

    /// <summary>A browser with its own cookies, which follows no redirection by itself.</summary>
    public Browser NewBrowser() => new(Address);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _owned?.Dispose();
    }
}

/// <summary>Requests with cookies.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _client;

    public Browser(Uri address) => _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies, UseCookies = true }) { BaseAddress = address };

    public CookieContainer Cookies { get; } = new();

    public HttpClient Client => _client;

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path);

    /// <summary>A page that must be there.</summary>
    public async Task<string> PageAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path} answered {(int)response.StatusCode}: {text[..Math.Min(2000, text.Length)]}");
        return text;
    }

    /// <summary>The token of the forms on a page.</summary>
    public async Task<string> TokenAsync(string path) => Token().Match(await PageAsync(path)).Groups[1].Value;

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        _client.PostAsync(path, new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))));

    public async Task<HttpResponseMessage> LogInAsync(string name, string password = TestConsole.Password, string back = "/") =>
        await PostAsync("/login", ("token", await TokenAsync("/login")), ("name", name), ("password", password), ("return", back));

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
