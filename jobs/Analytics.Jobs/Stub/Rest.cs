using Analytics.Jobs.Pipeline; using Analytics.Publishing; using Analytics.Records.Curation;
namespace Analytics.Jobs.Stages;
internal sealed record Replay;
internal static class CuratedReplay { public static Replay Load(StageContext c, SourceLoader l, string h, string label) => throw new NotSupportedException(h+label+c+l); public static bool CanReplay(StageContext c, string h) => false; }
internal static class SourceLedger { public static IReadOnlyList<SourceFile> Build(StageContext c, SourceLoader l, CurationResult r, Dictionary<string,string> labels, Dictionary<string,SourceFile> s, List<Replay> p) => []; }
internal static class RejectsTable { public static (TableFact Table, IReadOnlyDictionary<string,long> ByRule) Write(StageContext c, SourceLoader l, Dictionary<string,string> labels, Dictionary<string,SourceFile> s, List<Replay> p) => default; }
internal static class IngestChecks { public static IReadOnlyList<QualityCheck> Of(StageContext c, IngestState s, SourceLoader l) => []; public static IReadOnlyList<string> CurrenciesOf(Manifest? m) => []; }
internal static class ReportBuilder { public static ReadOnlyMemory<byte> Render(StageContext c) => default; }
