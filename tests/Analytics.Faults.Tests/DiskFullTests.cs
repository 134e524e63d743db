using System.Diagnostics;
using System.Globalization;

namespace Analytics.Faults.Tests;

/// <summary>The disk is full: one clear error, the lake as it was, and the next run succeeds once there is room.</summary>
public sealed class DiskFullTests(Nights nights)
{
    private static readonly ParallelOptions Width = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>From a step on all fails that needs room.</summary>
    [Fact]
    public void AtEveryStep()
    {
        var stride = LongTests.Times(24, 1);
        var through = 0;
        var block = 2 * Environment.ProcessorCount;
        for (var first = 1; through == 0; first += block * stride)
        {
            Parallel.For(0, block, Width, i =>
            {
                var step = first + i * stride;
                using var folder = new TestFolder();
                var lake = Nights.Before(nights.Second, folder);
                if (AssertFullOrDone(nights.Second, lake, $"full:{step}", $"full at step {step}")) Interlocked.Increment(ref through);
                AssertSucceeds(nights.Second, lake, $"full at step {step}");
            });
            Assert.True(first < 2_000, "the run never gets through");
        }
    }

    /// <summary>A small disk of its own, with more and more room on it.</summary>
    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public void OnASmallDisk(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a small disk is made with tmpfs, which Linux has");
        var night = name == "first" ? nights.First : nights.Second;
        var stride = LongTests.Times(48, 16) << 10;
        var through = 0;
        var failed = 0;
        for (var first = 0; through == 0; first += 2 * stride)
        {
            Parallel.For(0, 2, Width, i =>
            {
                var room = first + i * stride;
                using var disk = new SmallDisk();
                var lake = Nights.Before(night, disk.Folder, "disk/lake");
                disk.FillUpTo(room);
                var about = $"{name} with {room} bytes of room";
                if (AssertFullOrDone(night, lake, null, about)) Interlocked.Increment(ref through);
                else Interlocked.Increment(ref failed);
                disk.MakeRoom();
                AssertSucceeds(night, lake, about);
            });
            Assert.True(first < 64 << 20, "the run never gets through");
        }
        Assert.True(failed > 1, $"{failed} runs failed: the disk was never full");
    }

    private bool AssertFullOrDone(Night night, string lake, string? fault, string about)
    {
        var ended = AnalyticsProcess.Run(nights.Command(night, lake), fault);
        LakeChecks.AssertReadable(night, lake, about);
        if (ended.Code == 0) return true;
        Assert.True(ended.Code == 4, $"{about}: {ended}");
        Assert.True(ended.Error.Contains("No space left on device", StringComparison.OrdinalIgnoreCase), $"{about}: it does not say that the disk is full: {ended}");
        Assert.True(ended.Error.Contains("free some space", StringComparison.OrdinalIgnoreCase) || ended.Error.Contains("free space on", StringComparison.OrdinalIgnoreCase), $"{about}: it does not say what to do: {ended}");
        return false;
    }

    private void AssertSucceeds(Night night, string lake, string about)
    {
        LakeChecks.Age(lake, TimeSpan.FromHours(2));
        if (LongTests.Wanted)
        {
            var next = AnalyticsProcess.Run(nights.Command(night, lake));
            Assert.True(next.Code == 0, $"{about}: the next run: {next}");
        }
        else nights.Run(night, lake);
        LakeChecks.AssertDone(night, lake, about);
    }

    /// <summary>A tmpfs of a few MiB, mounted for one test.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private const int Bytes = 96 << 20;

        private readonly string _mount;

        public SmallDisk()
        {
            _mount = Folder["disk"];
            Directory.CreateDirectory(_mount);
            var (code, error) = Command("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={Bytes}"), "tmpfs", _mount);
            if (code == 0) return;
            Folder.Dispose();
            Assert.Skip($"a small disk cannot be mounted by this user: {error.Trim()}");
        }

        public TestFolder Folder { get; } = new();

        /// <summary>Fills the disk until only so much is free.</summary>
        public void FillUpTo(long room)
        {
            using var ballast = File.Create($"{_mount}/ballast");
            var block = new byte[4096];
            for (var left = new DriveInfo(_mount).AvailableFreeSpace - room; left > 0; left -= block.Length) ballast.Write(block);
        }

        public void MakeRoom() => File.Delete($"{_mount}/ballast");

        public void Dispose()
        {
            // Lazily: the last process may still be on its way out.
            Command("umount", "-l", _mount);
            Folder.Dispose();
        }

        private static (int Code, string Error) Command(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                var error = process.StandardError.ReadToEnd();
                process.WaitForExit();
                return (process.ExitCode, error);
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                return (-1, e.Message);
            }
        }
    }
}
