using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Analytics.Files;

namespace Analytics.Anchoring;

/// <summary>
/// A chain on this machine alone: Foundry's anvil, started on a free port of the loopback and ended with this process. Its state is kept
/// where the caller says, so that the next start goes on with it. It proves nothing to others: whoever has the files can write it anew.
/// </summary>
public sealed class DevelopmentChain : IDisposable
{
    /// <summary>Its chain id.</summary>
    public const ulong ChainId = 31337;

    /// <summary>What to do where the program is missing.</summary>
    public const string Remedy = "install Node.js 20 or later with npm (packages nodejs and npm), then run scripts/contracts.sh chain, which installs the chain, pinned and checked";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly RpcOptions StateOptions = new() { MostBytes = 1 << 30, Timeout = TimeSpan.FromMinutes(1) };

    private readonly Process _process;
    private readonly IFileStore? _files;
    private readonly string? _state;

    private DevelopmentChain(Process process, string url, IFileStore? files, string? state) => (_process, Url, _files, _state) = (process, url, files, state);

    /// <summary>Where it listens.</summary>
    public string Url { get; }

    /// <summary>The process, for tests that stop it.</summary>
    internal Process Process => _process;

    /// <summary>
    /// The account that sends on a development chain. Its key is made of a sentence that everybody can read, so it must never hold anything.
    /// </summary>
    public static PrivateKey Key() => PrivateKey.From(Keccak.Hash("The account of the Analytics development chain. Everybody knows its key."));

    /// <summary>The program in an installed folder, or null: <c>ANALYTICS_ANVIL</c> where it is set, else the one that tools/chain installs.</summary>
    /// <param name="home">The project's folder.</param>
    public static string? FindProgram(string home)
    {
        if (Environment.GetEnvironmentVariable("ANALYTICS_ANVIL") is { Length: > 0 } named) return File.Exists(named) ? named : null;
        var system = OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "win32" : "linux";
        var processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var path = Path.Combine(home, "tools", "chain", "node_modules", "@foundry-rs", $"anvil-{system}-{processor}", "bin", OperatingSystem.IsWindows() ? "anvil.exe" : "anvil");
        return File.Exists(path) ? path : null;
    }

    /// <summary>Starts a chain.</summary>
    /// <param name="program">The program.</param>
    /// <param name="files">Where its state is; null for a chain without memory.</param>
    /// <param name="state">The state's file; a missing one is a new chain.</param>
    /// <param name="options">More options of the program.</param>
    /// <exception cref="AnchoringException">It did not start; what it printed is in the message.</exception>
    public static DevelopmentChain Start(string program, IFileStore? files = null, string? state = null, params IReadOnlyList<string> options)
    {
        List<string> arguments = ["--host", "127.0.0.1", "--port", "0", "--chain-id", $"{ChainId}", "--accounts", "1", .. options];
        if (files is not null && files.FileExists(state!)) arguments.AddRange(["--load-state", state!]);
        ProcessStartInfo start;
        if (OperatingSystem.IsWindows())
        {
            start = new ProcessStartInfo(program, arguments);
        }
        else
        {
            // The pipe to cat breaks when this process ends, however it ends: no chain is left behind by a kill.
            start = new ProcessStartInfo("/bin/sh", ["-c", "\"$0\" \"$@\" </dev/null & child=$!; exec >&- 2>&-; cat >/dev/null; kill -9 $child && wait $child", program, .. arguments]);
        }
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start) ?? throw new AnchoringException(AnchorFault.Outside, $"{program} could not be started");
        try
        {
            return new DevelopmentChain(process, ReadUrl(process), files, state);
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>Makes sure that an account can pay: a development chain gives what is asked.</summary>
    public static async Task FundAsync(EthereumNode node, Address account, CancellationToken cancel) =>
        await node.Client.CallAsync(new RpcCall("anvil_setBalance", account.ToString(), Hex.Quantity(FeePolicy.Ether * 1000)), cancel).ConfigureAwait(false);

    /// <summary>
    /// The contract on a development chain, made where it is not there yet. Where the chain's state was lost, so is what was anchored on it,
    /// and its runs are queued again: nobody else could have relied on it.
    /// </summary>
    /// <param name="chain">Opens an anchorer for a contract, or for none yet.</param>
    /// <param name="node">The chain.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the work.</param>
    public static async Task<Address> EnsureContractAsync(Func<Address?, Anchorer> chain, EthereumNode node, AnchorJournal journal, TimeProvider time, CancellationToken cancel)
    {
        var known = journal.FindContract(ChainId);
        if (known?.Contract is { } made)
        {
            var address = Address.Parse(made);
            if (known.State == AnchorState.Final && (await node.CodeAsync(address, cancel).ConfigureAwait(false)).Length > 0) return address;
            if (known.State == AnchorState.Final) journal.ForgetChain(ChainId, time);
        }
        if (journal.FindContract(ChainId) is null) journal.Write(new AnchorEntry { Kind = AnchorKind.Deploy, ChainId = ChainId, State = AnchorState.Queued, QueuedAt = time.GetUtcNow() });
        var progress = await chain(null).ProcessAsync([], StartLimit, cancel).ConfigureAwait(false);
        return journal.FindContract(ChainId) is { State: AnchorState.Final, Contract: { } contract }
            ? Address.Parse(contract) : throw new AnchoringException(AnchorFault.Outside, $"the contract could not be made on the development chain: {progress.Waits ?? "its transaction failed"}");
    }

    /// <summary>Writes its state down durably, whole or not at all.</summary>
    public async Task SaveAsync(CancellationToken cancel)
    {
        if (_files is null) return;
        using var client = new JsonRpcClient(Url, StateOptions);
        var dump = await client.CallAsync(new RpcCall("anvil_dumpState"), cancel).ConfigureAwait(false);
        using var packed = new MemoryStream(Hex.ParseData(dump.GetString()!));
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Decompress)) await gzip.CopyToAsync(unpacked, cancel).ConfigureAwait(false);
        _files.CreateFolder(StorePath.Parent(_state!));
        _files.DeleteTemporariesOf(_state!);
        _files.WriteDurably(_state!, unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length));
    }

    /// <summary>Ends it. What was not saved is lost.</summary>
    public void Dispose() => End(_process);

    private static void End(Process process)
    {
        try
        {
            process.StandardInput.Close();
            if (OperatingSystem.IsWindows()) process.Kill();
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has ended by itself.
        }
        process.Dispose();
    }

    private static string ReadUrl(Process process)
    {
        var found = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        // What it prints later is no use, but a full pipe would stop it: the thread reads to the end.
        new Thread(() =>
        {
            try
            {
                while (process.StandardOutput.ReadLine() is { } line)
                {
                    const string listening = "Listening on ";
                    if (line.StartsWith(listening, StringComparison.Ordinal)) found.TrySetResult("http://" + line[listening.Length..].Trim());
                    // The banner names the chain's own accounts with their keys, which are everybody's; they are not repeated in a message.
                    else if (!found.Task.IsCompleted && line.Contains("rror", StringComparison.Ordinal)) said.Add(line.Trim());
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The process was ended while this thread read.
            }
            found.TrySetResult(null);
        })
        { IsBackground = true, Name = "development chain output" }.Start();
        if (!found.Task.Wait(StartLimit)) throw new AnchoringException(AnchorFault.Outside, $"the development chain did not start within {StartLimit.TotalSeconds:0} s");
        if (found.Task.Result is { } url) return url;
        said.Add(process.StandardError.ReadToEnd().Trim());
        throw new AnchoringException(AnchorFault.Outside, $"the development chain did not start: {string.Join(' ', said).Trim()}");
    }
}
