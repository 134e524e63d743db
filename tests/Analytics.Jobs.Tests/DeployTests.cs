using System.Diagnostics;
using System.Text.RegularExpressions;
using Analytics.Tests;
using k8s;
using k8s.Models;

namespace Analytics.Jobs.Tests;

/// <summary>The files that deploy the program name what exists: commands and options that parse, paths of the repository, fields that Kubernetes and systemd know.</summary>
public sealed class DeployTests
{
    private static readonly string Root = SharedData.ProjectRoot;

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, "deploy", path));

    [Theory]
    [InlineData("systemd/analytics-schedule.service")]
    [InlineData("systemd/analytics-nightly.service")]
    public void UnitsStartCommandsThatThereAre(string unit)
    {
        var command = Regex.Match(Read(unit), @"^ExecStart=/opt/analytics/analytics (.+)$", RegexOptions.Multiline).Groups[1].Value;
        Assert.NotEmpty(command);
        InProcess.Run([.. command.Split(' '), "--help"]).With(0);
        Assert.True(File.Exists(Path.Combine(Root, "analytics")));
    }

    [Fact]
    public void SystemdKnowsEveryLine()
    {
        if (!File.Exists("/usr/bin/systemd-analyze")) Assert.Skip("no systemd-analyze on this machine");
        var folder = Directory.CreateTempSubdirectory("analytics-units-").FullName;
        try
        {
            var units = Directory.GetFiles(Path.Combine(Root, "deploy", "systemd")).Order(StringComparer.Ordinal).Select(file =>
            {
                var copy = Path.Combine(folder, Path.GetFileName(file));
                File.WriteAllText(copy, File.ReadAllText(file).Replace("/opt/analytics/analytics ", Path.Combine(Root, "analytics") + " ", StringComparison.Ordinal));
                return copy;
            }).ToList();
            Assert.Equal(3, units.Count);
            var (code, said) = Shell("/usr/bin/systemd-analyze", ["verify", .. units]);
            Assert.True(code == 0 && !said.Contains(folder, StringComparison.Ordinal), said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void KubernetesKnowsEveryFieldAndThePodIsLockedUp()
    {
        // Strict: a field that its types do not have is an error.
        var objects = KubernetesYaml.LoadAllFromString(Read("kubernetes/analytics.yaml"), strict: true);
        Assert.Equal([typeof(V1ConfigMap), typeof(V1PersistentVolumeClaim), typeof(V1CronJob)], objects.Select(one => one.GetType()));
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(Read("kubernetes/analytics.yaml").Replace("concurrencyPolicy", "concurencyPolicy", StringComparison.Ordinal), strict: true));
        var job = (V1CronJob)objects[2];
        Assert.Equal("Forbid", job.Spec.ConcurrencyPolicy);
        Assert.NotNull(TimeZoneInfo.FindSystemTimeZoneById(job.Spec.TimeZone));
        var pod = job.Spec.JobTemplate.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        Assert.True(pod.SecurityContext.RunAsNonRoot == true && container.SecurityContext.ReadOnlyRootFilesystem == true && container.SecurityContext.AllowPrivilegeEscalation == false);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Volumes, volume => volume.Name == mount.Name));
        Assert.Equal(objects.OfType<V1PersistentVolumeClaim>().Single().Metadata.Name, pod.Volumes.Single(volume => volume.PersistentVolumeClaim is not null).PersistentVolumeClaim.ClaimName);
        InProcess.Run([.. container.Args, "--help"]).With(0);

        // The configuration in it is one: the program reads it, and plans a night with it.
        using var shop = SmallShop.New();
        var file = shop.Write("shop.json", ((V1ConfigMap)objects[0]).Data["shop.json"]);
        shop.Write("day.csv", "order,item,quantity,price,time\no1,i1,1,2.50,2026-03-02 10:00:00\n");
        InProcess.Run("run", "nightly", "--dry-run", "--config", file, "--lake", shop.Lake, "--input", shop.At("day.csv")).With(0);
        Assert.Equal(container.Env.Single(variable => variable.Name == "ANALYTICS_CONFIG").Value, $"{container.VolumeMounts.Single(mount => mount.Name == "config").MountPath}/shop.json");
    }

    [Fact]
    public void TheImageAndItsStepsAreTheSame()
    {
        var image = Read("container/Dockerfile");
        var steps = Read("container/steps.sh");
        var publish = Regex.Match(image, @"^RUN (dotnet publish .+) -o /app (.+)$", RegexOptions.Multiline);
        Assert.True(publish.Success);
        Assert.Contains($"{publish.Groups[1].Value} -o \"$work/app\" {publish.Groups[2].Value}", steps, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Root, Regex.Match(image, @"dotnet publish (\S+)").Groups[1].Value)));
        // Pinned: no tag moves under us.
        Assert.All(Regex.Matches(image, @"^FROM (\S+)", RegexOptions.Multiline).Select(from => from.Groups[1].Value), tag => Assert.Matches(@":\d+\.\d+\.\d+-", tag));
        Assert.Matches(@"(?m)^USER 10001:10001$", image);
        foreach (Match setting in Regex.Matches(image, @"(DOTNET_\w+|ANALYTICS_\w+)=(\S+)"))
            Assert.Contains(setting.Groups[1].Value + "=", steps, StringComparison.Ordinal);
        var command = Regex.Match(image, @"^CMD \[(.+)\]$", RegexOptions.Multiline).Groups[1].Value.Replace("\"", "", StringComparison.Ordinal).Split(", ");
        InProcess.Run([.. command, "--help"]).With(0);
        // What the build reads is let through.
        var ignore = File.ReadAllLines(Path.Combine(Root, ".dockerignore"));
        Assert.All((string[])["lib", "jobs", "contracts", "Directory.*.props", "global.json"], path => Assert.Contains("!" + path, ignore));
    }

    private static (int Code, string Said) Shell(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, output.Result + errors.Result);
    }
}
