using System.Text;
using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;
using CsCheck;

namespace Analytics.Engine.Spark.Tests;

/// <summary>The gateway client against a server that speaks the protocol, and against one that does not keep to it.</summary>
public sealed class GatewayTests : IDisposable
{
    private static readonly GatewayOptions Quick = new() { HandshakeTimeout = TimeSpan.FromSeconds(2), LongestAnswer = 1 << 20 };

    private readonly FakeGateway _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void TextsComeBackAsTheyWent()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        foreach (var text in (string[])["", "plain", "tab\there", "line\nbreak", "\r\n", "back\\slash", "\\n", "e", "\0", "ß東京🙂", "\\", "!yv\n!xs", new string('x', 100_000)])
            Assert.Equal(text, Echo(gateway, text));
    }

    [Fact]
    public void AnyTextComesBackAsItWent()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        var letter = Gen.Frequency((3, Gen.Int[0, 7].Select(i => "\\\n\rnr\t\0!"[i])), (2, Gen.Char['a', 'z']), (1, Gen.Char['\u0080', '\ud7ff']));
        letter.Array[0, 40].Select(letters => new string(letters)).Sample(text => Echo(gateway, text) == text, iter: 500, threads: 1);
    }

    [Fact]
    public void HalfASurrogatePairIsRefusedBeforeAnythingIsSent()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        Assert.Throws<ArgumentException>(() => Echo(gateway, "a\ud800b"));
        Assert.Equal("still fine", Echo(gateway, "still fine"));
    }

    [Fact]
    public void ScalarsComeBackAsTheyWent()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        Assert.Equal(int.MinValue, gateway.CallStatic("test.Echo", "echo", int.MinValue).AsLong("echo"));
        Assert.Equal(long.MinValue, gateway.CallStatic("test.Echo", "echo", long.MinValue).AsLong("echo"));
        Assert.True(gateway.CallStatic("test.Echo", "echo", true).AsBoolean("echo"));
        Assert.Null(gateway.CallStatic("test.Echo", "echo", (string?)null).AsText("echo"));
        Assert.Equal([0, 10, 13, 255], gateway.CallStatic("test.Echo", "echo", (byte[])[0, 10, 13, 255]).AsBytes("echo"));
    }

    [Fact]
    public void AnAnswerOfAnotherKindSaysSo()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        var wrong = Assert.Throws<GatewayException>(() => gateway.CallStatic("test.Echo", "echo", "text").AsLong("numPartitions"));
        Assert.Contains("numPartitions gave Text 'text' where a whole number was expected", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HandlesAreReleasedWhenDisposedAndWhenCollected()
    {
        using (var gateway = new Gateway(_server.Endpoint, Quick))
        {
            using (var held = gateway.New("test.Text", "kept"))
            {
                Assert.Equal("kept", held.CallText("toText"));
                Assert.Equal(1, _server.Held);
            }
            gateway.ReleaseForgotten();
            Assert.Equal(0, _server.Held);

            Lose(gateway);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            gateway.ReleaseForgotten();
            Assert.Equal(0, _server.Held);

            // What is put down last goes when the gateway closes.
            gateway.New("test.Text", "last").Dispose();
        }
        Assert.Equal(0, _server.Held);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Lose(Gateway gateway)
        {
            for (var i = 0; i < 10; i++) gateway.New("test.Text", "lost");
        }
    }

    [Fact]
    public void AReleasedHandleIsNotUsedAgain()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        var held = gateway.New("test.Text", "gone");
        held.Dispose();
        held.Dispose();
        Assert.Throws<ObjectDisposedException>(() => held.CallText("toText"));
    }

    [Fact]
    public void AJavaExceptionCarriesErrorClassMessageAndCauses()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        var wrong = Assert.Throws<JavaException>(() => gateway.CallStatic("test.Thrower", "throw", "outer").Forget());
        Assert.Equal("test.Exception", wrong.JavaClass);
        Assert.Equal("outer", wrong.Message);
        Assert.Equal(["test.Exception: inner"], wrong.Causes);
        Assert.Null(wrong.ErrorClass);
        wrong = Assert.Throws<JavaException>(() => gateway.CallStatic("test.Thrower", "throw", "[DIVIDE_BY_ZERO.WITH_SUGGESTION] Division by zero.\nMore").Forget());
        Assert.Equal("DIVIDE_BY_ZERO.WITH_SUGGESTION", wrong.ErrorClass);
        // The connection is as good as before, and the exceptions' handles are gone.
        Assert.Equal("fine", Echo(gateway, "fine"));
        Assert.Equal(0, _server.Held);
    }

    [Fact]
    public void AnUnknownMethodIsAnErrorInOneLine()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        var wrong = Assert.Throws<JavaException>(() => gateway.CallStatic("test.Echo", "nothing").Forget());
        Assert.Equal("py4j.Py4JException: Method nothing does not exist", wrong.Message);
    }

    [Fact]
    public void AWrongSecretIsRefusedWithoutShowingIt()
    {
        var wrong = Assert.Throws<GatewayException>(() => new Gateway(new GatewayEndpoint(_server.Endpoint.Port, "another secret"), Quick));
        Assert.Equal(GatewayFault.Refused, wrong.Fault);
        Assert.DoesNotContain("another secret", wrong.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(FakeGateway.Secret, _server.Endpoint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NobodyListening()
    {
        var endpoint = _server.Endpoint;
        _server.Die();
        Assert.Equal(GatewayFault.Unreachable, Assert.Throws<GatewayException>(() => new Gateway(endpoint, Quick)).Fault);
    }

    [Fact]
    public void AListenerThatNeverAnswersIsGivenUp()
    {
        using var released = new ManualResetEventSlim();
        _server.Misbehave = (_, _, _) => released.Wait(Timeout.Infinite);
        var wrong = Assert.Throws<GatewayException>(() => new Gateway(_server.Endpoint, new GatewayOptions { HandshakeTimeout = TimeSpan.FromSeconds(0.3) }));
        Assert.Equal(GatewayFault.Unreachable, wrong.Fault);
        released.Set();
    }

    [Theory]
    [InlineData("")]
    [InlineData("!yshalf an answ")]
    public void AConnectionThatEndsInAnAnswerIsBrokenForGood(string half)
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        _server.Misbehave = (_, _, client) =>
        {
            client.Send(Encoding.UTF8.GetBytes(half));
            client.Dispose();
            return true;
        };
        var wrong = Assert.Throws<GatewayException>(() => Echo(gateway, "text"));
        Assert.Equal(GatewayFault.Closed, wrong.Fault);
        Assert.Contains("is gone", wrong.Message, StringComparison.Ordinal);
        _server.Misbehave = null;
        Assert.True(gateway.IsBroken);
        Assert.Equal(GatewayFault.Closed, Assert.Throws<GatewayException>(() => Echo(gateway, "text")).Fault);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("\n")]
    [InlineData("!y\n")]
    [InlineData("!yq12\n")]
    [InlineData("!yr\n")]
    [InlineData("!ystrailing\\\n")]
    [InlineData("!ys\\q\n")]
    public void AnAnswerThatIsNoneBreaksTheConnection(string line)
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        _server.Misbehave = (_, _, client) => client.Send(Encoding.UTF8.GetBytes(line)) >= 0;
        Assert.Equal(GatewayFault.Garbled, Assert.Throws<GatewayException>(() => Echo(gateway, "text")).Fault);
        Assert.True(gateway.IsBroken);
    }

    [Fact]
    public void BytesThatAreNoUtf8BreakTheConnection()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        _server.Misbehave = (_, _, client) => client.Send([(byte)'!', (byte)'y', (byte)'s', 0xff, 0xfe, (byte)'\n']) >= 0;
        Assert.Equal(GatewayFault.Garbled, Assert.Throws<GatewayException>(() => Echo(gateway, "text")).Fault);
    }

    [Fact]
    public void AnAnswerWithoutEndDoesNotFillTheMemory()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        _server.Misbehave = (_, _, client) =>
        {
            var block = Encoding.UTF8.GetBytes("!ys" + new string('x', 1 << 16));
            try
            {
                while (true) client.Send(block);
            }
            catch (System.Net.Sockets.SocketException)
            {
                return true;
            }
        };
        var wrong = Assert.Throws<GatewayException>(() => Echo(gateway, "text"));
        Assert.Equal(GatewayFault.Garbled, wrong.Fault);
        Assert.Contains("more than 1048576 bytes", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AServerThatDiesInACallEndsIt()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        var call = Task.Factory.StartNew(() => gateway.CallStatic("test.Echo", "hang").Forget(), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _server.Hanging.Wait(TestContext.Current.CancellationToken);
        _server.Die();
        Assert.Equal(GatewayFault.Closed, Assert.Throws<GatewayException>(() => call.GetAwaiter().GetResult()).Fault);
    }

    [Fact]
    public void ACallThatHangsCanBeBrokenOffWhileTheSecondConnectionWorks()
    {
        using var gateway = new Gateway(_server.Endpoint, Quick);
        using var held = gateway.New("test.Text", "seen by both");
        using var second = gateway.OpenSecond();
        var call = Task.Factory.StartNew(() => gateway.CallStatic("test.Echo", "hang").Forget(), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _server.Hanging.Wait(TestContext.Current.CancellationToken);
        Assert.Equal("seen by both", second.CallOn(held, "toText").AsText("toText"));
        gateway.Abort();
        Assert.Equal(GatewayFault.Aborted, Assert.Throws<GatewayException>(() => call.GetAwaiter().GetResult()).Fault);
        Assert.Equal("fine", Echo(second, "fine"));
    }

    private static string? Echo(Gateway gateway, string text) => gateway.CallStatic("test.Echo", "echo", text).AsText("echo");
}
