using System.Diagnostics;
using System.Globalization;

namespace Analytics.Files;

/// <summary>How a <see cref="FaultyFileStore"/> fails.</summary>
public enum FaultMode
{
    /// <summary>The process is killed (SIGKILL) before the step.</summary>
    Kill,
    /// <summary>The disk is full from the step on: what needs room fails, the rest still works.</summary>
    Full,
    /// <summary>For tests within one process: the step and every later one throw, as if the process were gone.</summary>
    Stop,
}

/// <summary>
/// A test hook around another store: counts the steps that change something and fails at the Nth, so that a suite can stop
/// publishing at every step. A file that is written counts twice: once before it is created and once with half of it written.
/// </summary>
/// <param name="inner">The store that does the work.</param>
/// <param name="mode">How it fails.</param>
/// <param name="failAt">The step at which it fails, from 1.</param>
public sealed class FaultyFileStore(IFileStore inner, FaultMode mode, long failAt) : IFileStore
{
    private long _steps;

    /// <summary>Steps so far.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Whether the fault has happened.</summary>
    public bool HasFailed => Steps >= failAt;

    /// <summary>Wraps a store as <c>kill:N</c> or <c>full:N</c> says; null or empty leaves it as it is.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static IFileStore Wrap(IFileStore store, string? fault)
    {
        if (string.IsNullOrEmpty(fault)) return store;
        var colon = fault.IndexOf(':', StringComparison.Ordinal);
        var mode = colon < 0 ? null : fault[..colon] switch { "kill" => FaultMode.Kill, "full" => (FaultMode?)FaultMode.Full, _ => null };
        if (mode is null || !long.TryParse(fault.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step < 1)
            throw new FormatException($"ANALYTICS_FAULT: '{fault}' is no fault; expected kill:N or full:N with N from 1. Unset it unless you test.");
        return new FaultyFileStore(store, mode.Value, step);
    }

    /// <inheritdoc/>
    public bool HasRename => inner.HasRename;

    /// <inheritdoc/>
    public bool TryPut(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        Step(path, needsRoom: true);
        return inner.TryPut(path, content, overwrite);
    }

    /// <inheritdoc/>
    public FileItem? Find(string path) => Look(path, () => inner.Find(path));

    /// <inheritdoc/>
    public IReadOnlyList<FileItem> List(string folder) => Look(folder, () => inner.List(folder));

    /// <inheritdoc/>
    public Stream OpenRead(string path) => Look(path, () => inner.OpenRead(path));

    /// <inheritdoc/>
    public Stream CreateFile(string path)
    {
        Step(path, needsRoom: true);
        return new HalfStream(this, path, inner.CreateFile(path));
    }

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        Step(path, needsRoom: true);
        inner.CreateFolder(path);
    }

    /// <inheritdoc/>
    public void FlushFile(string path)
    {
        Step(path, needsRoom: true);
        inner.FlushFile(path);
    }

    /// <inheritdoc/>
    public void FlushFolder(string path)
    {
        Step(path, needsRoom: false);
        inner.FlushFolder(path);
    }

    /// <inheritdoc/>
    public bool TryMove(string source, string target)
    {
        Step(source, needsRoom: false);
        return inner.TryMove(source, target);
    }

    /// <inheritdoc/>
    public void Replace(string source, string target)
    {
        Step(source, needsRoom: false);
        inner.Replace(source, target);
    }

    /// <inheritdoc/>
    public LinkKind Link(string source, string target)
    {
        Step(target, needsRoom: true);
        return inner.Link(source, target);
    }

    /// <inheritdoc/>
    public bool TryCreateSymbolicLink(string path, string target)
    {
        Step(path, needsRoom: true);
        return inner.TryCreateSymbolicLink(path, target);
    }

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        Step(path, needsRoom: false);
        inner.DeleteFile(path);
    }

    /// <inheritdoc/>
    public void DeleteTree(string path)
    {
        // A tree is deleted file by file: a process can be killed with half of it gone.
        foreach (var item in inner.ListTree(path)) DeleteFile(item.Path);
        Step(path, needsRoom: false);
        inner.DeleteTree(path);
    }

    /// <inheritdoc/>
    public long? FreeBytes(string path) => inner.FreeBytes(path);

    private T Look<T>(string path, Func<T> look)
    {
        if (mode == FaultMode.Stop && HasFailed) throw Stopped(path);
        return look();
    }

    private void Step(string path, bool needsRoom)
    {
        var step = Interlocked.Increment(ref _steps);
        if (step < failAt) return;
        switch (mode)
        {
            case FaultMode.Kill:
                using (var self = Process.GetCurrentProcess()) self.Kill();
                Thread.Sleep(Timeout.Infinite);
                break;
            case FaultMode.Full when needsRoom:
                throw new FileStoreException(path,
                    $"{path}: could not write to it: no space left on device (fault at step {step}); expected room for it. Free some space and run the command again.",
                    isFull: true);
            case FaultMode.Stop:
                throw Stopped(path);
        }
    }

    private static FileStoreException Stopped(string path) =>
        new(path, $"{path}: stopped here by a test; expected nothing more to happen. Open the lake anew.");

    private sealed class HalfStream(FaultyFileStore store, string path, Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer[..(buffer.Length / 2)]);
            inner.Flush();
            store.Step(path, needsRoom: true);
            inner.Write(buffer[(buffer.Length / 2)..]);
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
