using Analytics.Sandbox;

namespace Analytics.Web.Tests;

/// <summary>The test program, which is the SQL sandbox's worker as well.</summary>
internal static class TestProgram
{
    private static async Task<int> Main(string[] args)
    {
        if (args is [SandboxProgram.Word]) return SandboxWorker.Run();
        return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
