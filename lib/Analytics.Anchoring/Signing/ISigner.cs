namespace Analytics.Anchoring;

/// <summary>Signs transactions of one account, wherever its key is.</summary>
public interface ISigner : IDisposable
{
    /// <summary>The account.</summary>
    Address Account { get; }

    /// <summary>The signed transaction as it goes over the wire.</summary>
    /// <exception cref="AnchoringException">The signer refused or could not be reached.</exception>
    Task<byte[]> SignAsync(ChainTransaction transaction, CancellationToken cancel);
}

/// <summary>Signs with a key in this process's memory.</summary>
public sealed class LocalSigner(PrivateKey key) : ISigner
{
    /// <inheritdoc/>
    public Address Account { get; } = key.Address;

    /// <inheritdoc/>
    public Task<byte[]> SignAsync(ChainTransaction transaction, CancellationToken cancel) => Task.FromResult(transaction.Encode(key.Sign(transaction.SigningHash())));

    /// <summary>Clears the key.</summary>
    public void Dispose() => key.Dispose();
}
