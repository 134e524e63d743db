using System.ComponentModel;

namespace Analytics.Jobs.Configuration;

/// <summary>Where and how roots go onto a chain.</summary>
internal sealed record AnchorSettings
{
    [Description("none (roots stay queued), dev (a chain on this machine, kept in the lake; it proves nothing to others) or rpc (the node at machine.anchor.rpc).")]
    public string Chain { get; init; } = "none";

    [Description("The node's address, such as http://127.0.0.1:8545. One with an access key in it belongs into the environment: ANALYTICS_machine__anchor__rpc.")]
    public string Rpc { get; init; } = "";

    [Description("The id of the chain that the node must be on, such as 1 (Ethereum) or 11155111 (Sepolia); checked before anything is signed.")]
    public long ChainId { get; init; }

    [Description("The address of the contract ReportAnchor; `analytics anchor deploy` makes one.")]
    public string Contract { get; init; } = "";

    [Description("A keystore file of version 3 that its owner alone can read; `analytics anchor key new` makes one.")]
    public string Keystore { get; init; } = "";

    [Description("A file whose first line is the keystore's passphrase; its owner alone can read it.")]
    public string PassphraseFile { get; init; } = "";

    [Description("Instead of passphrase_file: the name of the variable of the environment that holds the passphrase.")]
    public string PassphraseVariable { get; init; } = "";

    [Description("Instead of keystore: the address of a Web3Signer (eth1 API), which keeps the key.")]
    public string Signer { get; init; } = "";

    [Description("The account whose key the signer keeps.")]
    public string Account { get; init; } = "";

    [Description("Most that is paid for a unit of gas, in gwei; above it roots wait.")]
    public decimal MaxFeeGwei { get; init; } = 50;

    [Description("Blocks after which an anchor is final, its own included; 0 waits until the chain says that its block is.")]
    public int Confirmations { get; init; }

    [Description("How long run nightly waits for blocks after it has published, in seconds. What is not mined by then the next run or `analytics anchor` follows.")]
    public int WaitSeconds { get; init; } = 30;

    [Description("After so many seconds a transaction that is not mined is replaced by one with an eighth more, at most 3 times.")]
    public int StuckSeconds { get; init; } = 180;
}

/// <summary>Payments on a chain as a source of transactions.</summary>
internal sealed record PaymentSettings
{
    [Description("The node's address; empty for machine.anchor.rpc.")]
    public string Rpc { get; init; } = "";

    [Description("The id of the chain that the node must be on; 0 for machine.anchor.chain_id.")]
    public long ChainId { get; init; }

    [Description("The address of the contract Payment.")]
    public string Contract { get; init; } = "";

    [Description("The block in which the contract was made, or any before it.")]
    public long FromBlock { get; init; }

    [Description("Blocks a file: each file holds one whole range of final blocks, so that it never changes.")]
    public int RangeBlocks { get; init; } = 1000;

    [Description("Blocks after which one is final; 0 asks the chain.")]
    public int Confirmations { get; init; }

    [Description("The folder that the files go to; the configuration's input should name it.")]
    public string Folder { get; init; } = "";

    [Description("Amounts are given in units of ten to the so manieth wei: 18 for ether, 9 for gwei. Prices hold 4 digits behind the point; with more a payment is rejected (rule precision).")]
    public int UnitDecimals { get; init; } = 9;

    [Description("What the files call that unit.")]
    public string Currency { get; init; } = "GWEI";
}
