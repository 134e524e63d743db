using System.Globalization;
using Analytics.Anchoring.Bench;

// usage, from the project's folder:
//   dotnet run -c Release --project bench/Analytics.Anchoring.Bench            every part below
//   ... -- signing     transactions signed, recovered and hashed a second, one thread; ethers beside it where scripts/contracts.sh setup installed it
//   ... -- keystore    opening a keystore, by key derivation
//   ... -- hashing     SHA-256 and CIDs of files on all cores; coreutils' sha256sum beside it
//   ... -- trees       ten million leaves, roots over rows, proofs a second
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args.FirstOrDefault())
{
    case null:
        SigningBench.Run();
        KeystoreBench.Run();
        HashingBench.Run();
        TreeBench.Run();
        break;
    case "signing": SigningBench.Run(); break;
    case "keystore": KeystoreBench.Run(); break;
    case "hashing": HashingBench.Run(); break;
    case "trees": TreeBench.Run(); break;
    default:
        Console.Error.WriteLine($"unknown benchmark '{args[0]}'; there are signing, keystore, hashing, trees");
        return 2;
}
return 0;
