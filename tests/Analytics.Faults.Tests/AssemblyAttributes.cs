using Analytics.Faults.Tests;

// One test at a time: each of them keeps both cores busy itself, and one measures seconds.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(Nights))]
