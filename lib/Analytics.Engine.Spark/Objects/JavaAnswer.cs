using System.Globalization;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Objects;

/// <summary>An answer that is not an error, to be taken as what the caller knows it to be. A reference that nobody takes is released.</summary>
internal readonly struct JavaAnswer(Gateway gateway, JavaValue value)
{
    /// <summary>The id of a reference, which is then the caller's to release; null for anything else.</summary>
    public string? Id => value.IsReference ? value.Text : null;

    public JavaObject AsObject(string method) => AsOptionalObject(method) ?? throw Unexpected(method, "an object");

    public JavaObject? AsOptionalObject(string method)
    {
        if (value.IsReference) return new JavaObject(gateway, value.Text);
        return value.Kind == JavaKind.Null ? null : throw Unexpected(method, "an object");
    }

    public string? AsText(string method) => value.Kind switch
    {
        JavaKind.Text => value.Text,
        JavaKind.Null => null,
        _ => throw Unexpected(method, "a text"),
    };

    public byte[] AsBytes(string method) => value.Kind == JavaKind.Bytes ? Convert.FromBase64String(value.Text) : throw Unexpected(method, "bytes");

    public long AsLong(string method) => value.Kind is JavaKind.Int or JavaKind.Long
        && long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Unexpected(method, "a whole number");

    public bool AsBoolean(string method) => value switch
    {
        { Kind: JavaKind.Boolean, Text: "true" } => true,
        { Kind: JavaKind.Boolean, Text: "false" } => false,
        _ => throw Unexpected(method, "true or false"),
    };

    public void Forget()
    {
        if (value.IsReference) gateway.Forget(value.Text);
    }

    private GatewayException Unexpected(string method, string expected)
    {
        Forget();
        return new GatewayException(GatewayFault.Garbled, $"{method} gave {value.Kind} '{GatewayText.Shown(value.Text)}' where {expected} was expected: this Spark is another version than those that are supported (3.5, 4.x)");
    }
}
