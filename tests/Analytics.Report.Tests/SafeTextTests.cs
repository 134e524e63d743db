using System.Text;
using System.Xml.Linq;
using Analytics.Report.Internals;
using CsCheck;

namespace Analytics.Report.Tests;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39;")]
    [InlineData("a\0b\tc\nd\u007f", "a␀b␉c␊d␡")]
    [InlineData("x\u202Ey\u2066z\u2069\u2028", "x\\u202Ey\\u2066z\\u2069\\u2028")]
    [InlineData("\u0085\ufeff\ufffe\ufdd0", "\\u0085\\uFEFF\\uFFFE\\uFDD0")]
    [InlineData("😀 שלום \u200f", "😀 שלום \u200f")]
    public void WhatCannotBeSeenIsShown(string text, string markup) => Assert.Equal(markup, Escape(text));

    [Fact]
    public void LoneSurrogatesAreShown() => Assert.Equal("\\uD800x\\uDC00", Escape("\ud800x\udc00"));

    [Fact]
    public void MarksDoNotPileUp() => Assert.InRange(SafeText.Cut("a" + new string('\u0301', 5000), 300).Length, 2, 14);

    [Fact]
    public void AnyTextSurvivesInAnElementAndInAnAttribute()
    {
        Gen.Char.Array[0, 40].Sample(chars =>
        {
            var escaped = Escape(new string(chars));
            var element = XElement.Parse("<x a=\"" + escaped + "\">" + escaped + "</x>", LoadOptions.PreserveWhitespace);
            return element.Value == element.Attribute("a")!.Value && !element.HasElements && escaped.AsSpan().IndexOfAny('<', '>') < 0;
        });
    }

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("ab  cdefg", 5, "ab…")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2, "👩‍👩‍👧‍👦👩‍👩‍👧‍👦")]
    [InlineData("", 3, "")]
    public void CutCountsWhatAReaderCounts(string text, int cells, string expected) => Assert.Equal(expected, SafeText.Cut(text, cells));

    [Fact]
    public void CutBoundsAnyText() =>
        Gen.Select(Gen.Char.Array[0, 200], Gen.Int[1, 50]).Sample((chars, cells) =>
        {
            var cut = SafeText.Cut(new string(chars), cells);
            return cut.Length <= cells * 12 + 1 && (cut.Length == chars.Length || cut.EndsWith('…'));
        });

    private static string Escape(string text)
    {
        var output = new StringBuilder();
        SafeText.Append(output, text);
        return output.ToString();
    }
}
