using System.Text;
using System.Text.Json;

namespace Analytics.Publishing.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true , null, false ] }""", """{"a":[true,null,false],"b":1}""")]
    [InlineData("""{"\uE000":1,"\uD83D\uDE00":2,"é":3,"Z":4}""", "{\"Z\":4,\"é\":3,\"\uE000\":1,\"\U0001F600\":2}")]
    [InlineData("""["\u0041\/\u007f\u2028<&'\u00e9"]""", "[\"A/\u007f\u2028<&'é\"]")]
    [InlineData("""["\b\f\n\r\t\u0001\u001F\"\\"]""", """["\b\f\n\r\t\u0001\u001f\"\\"]""")]
    [InlineData("[1.50,1.5e0,-0,0.0,1e3,1E-2,100]", "[1.5,1.5,0,0,1000,0.01,100]")]
    [InlineData("[0.1,12345678901234567890.12345678,123456789012345678901234567890,1e300,-2.5e-20]", "[0.1,12345678901234567890.12345678,1.2345678901234568E+29,1E+300,-2.5E-20]")]
    [InlineData("{}", "{}")]
    [InlineData("\"\"", "\"\"")]
    public void WritesOneForm(string text, string expected)
    {
        using var document = JsonDocument.Parse(text);
        Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJson.Write(document.RootElement)));
    }

    [Fact]
    public void ItsFormIsItsOwnForm()
    {
        using var document = JsonDocument.Parse("""{"z":[1.10,{"y":"\u00e9\n"}],"a":1e-9,"m":123456789012345678901234567890}""");
        var once = CanonicalJson.Write(document.RootElement);
        using var again = JsonDocument.Parse(once);
        Assert.Equal(once, CanonicalJson.Write(again.RootElement));
    }

    [Fact]
    public void RefusesAMemberThatStandsTwice()
    {
        using var document = JsonDocument.Parse("""{"a":1,"b":{"c":1,"c":2}}""");
        Assert.Contains("\"c\"", Assert.Throws<FormatException>(() => CanonicalJson.Write(document.RootElement)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesANumberThatNothingHolds()
    {
        using var document = JsonDocument.Parse("1e999");
        Assert.Throws<FormatException>(() => CanonicalJson.Write(document.RootElement));
    }
}
