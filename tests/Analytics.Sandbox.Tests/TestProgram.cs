namespace Analytics.Sandbox.Tests;

/// <summary>The test program, which is the worker of its tests as well.</summary>
internal static class TestProgram
{
    private static async Task<int> Main(string[] args)
    {
        if (args is [SandboxProgram.Word]) return SandboxWorker.Run();
        return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
