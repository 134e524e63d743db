using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Analytics.Web.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>Style, script and icon: one file each, named by their content, so that a browser keeps them for good.</summary>
internal static class Assets
{
    private const string Icon = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b63a5"/><path d="M7 22l6-7 5 4 7-10" fill="none" stroke="#fff" stroke-width="3"/></svg>""";

    private static readonly byte[] Style = [.. Read(typeof(Report.ReportPage), "report.css"), .. Read(typeof(Assets), "console.css")];
    private static readonly byte[] Script = [.. Read(typeof(Report.ReportPage), "sortable.js"), .. Read(typeof(Assets), "console.js")];
    private static readonly byte[] IconBytes = Encoding.UTF8.GetBytes(Icon);

    public static string StylePath { get; } = $"/assets/{Hash(Style)}.css";

    public static string ScriptPath { get; } = $"/assets/{Hash(Script)}.js";

    public static string IconPath { get; } = $"/assets/{Hash(IconBytes)}.svg";

    public static void Map(IEndpointRouteBuilder routes)
    {
        One(routes, StylePath, "text/css; charset=utf-8", Style);
        One(routes, ScriptPath, "text/javascript; charset=utf-8", Script);
        One(routes, IconPath, "image/svg+xml", IconBytes);
    }

    private static void One(IEndpointRouteBuilder routes, string path, string type, byte[] content)
    {
        var packed = Pack(content);
        routes.MapGet(path, context =>
        {
            var isPacked = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
            context.Response.ContentType = type;
            context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            context.Response.Headers.Vary = "Accept-Encoding";
            if (isPacked) context.Response.Headers.ContentEncoding = "br";
            var body = isPacked ? packed : content;
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        }).WithMetadata(new OpenDoor());
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize)) brotli.Write(content);
        return packed.ToArray();
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..16];

    private static byte[] Read(Type from, string name)
    {
        using var stream = from.Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the assembly lacks its resource {name}");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
