using Analytics.Jobs.Configuration;
using Analytics.Publishing;

namespace Analytics.Jobs.Pipeline;

/// <summary>Exit codes of the lake's errors.</summary>
internal static class PublishingErrors
{
    public static ExitCode Code(Exception e) => e is not PublishingException publishing ? ExitCode.Bug : publishing.Fault switch
    {
        Fault.Usage => ExitCode.Usage,
        Fault.Contract => ExitCode.Data,
        Fault.Outside => ExitCode.Outside,
        Fault.Locked => ExitCode.Locked,
        _ => ExitCode.Bug,
    };
}
