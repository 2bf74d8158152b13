using System.Diagnostics;
using System.Text;
using Backup.TestKit.Processes;

namespace Backup.Tests.System.Operating;

/// <summary>docs/operating/three-nodes.md, typed as it stands, on hosts with networks of their own.</summary>
public sealed class ThreeNodesPageTests
{
    private const int NoiseBytes = 256 * 1024, NeedleBytes = 24;
    private const string Name = "name-that-nobody-may-read-on-the-wire", Spoken = "said-in-clear-so-that-the-capture-is-known-to-see";

    [PrivateNetworkFact]
    [Trait("Req", "NET-07")]
    public void The_page_followed_to_the_letter_saves_and_restores_between_hosts_and_shows_nothing_on_the_wire()
    {
        IReadOnlyList<PageStep> steps = OperatingPage.StepsOf(File.ReadAllText(BuiltPrograms.Script("docs/operating/three-nodes.md")));
        using var hosts = new PrivateHosts("main", "vault", "web1", "mail");
        byte[] noise = WriteWebsite(hosts);
        string captured = hosts.Scratch("captured");
        using Process capture = hosts.Capture(captured);
        hosts.Type("web1", $"exec 3<>/dev/udp/10.77.0.1/9; printf %s {Spoken} >&3").EndsWith(0);

        IReadOnlyList<string> printed = hosts.Follow(steps);

        Assert.Contains(printed, text => text.Contains("job 1 ended: OK", StringComparison.Ordinal));
        foreach (string folder in new[] { "/etc", "/srv/www" })
            ProgramRun.Of(BuiltPrograms.Script("tests/tools/compare-trees"),
                [hosts.Seen("web1", folder), hosts.Seen("mail", "/srv/restored" + folder)]).EndsWith(0);
        capture.StandardInput.Close();
        capture.WaitForExit();
        ShowsNothing(File.ReadAllBytes(captured), noise);
        AreSeen(hosts);
        hosts.Type("main", "backup-node invite web1 --roles client").IsRefused(1, "belongs to backup", "runuser -u backup");
        UnitsAreSound(hosts);
    }

    /// <summary>What the first job saves: content that does not compress, under a name of its own.</summary>
    private static byte[] WriteWebsite(PrivateHosts hosts)
    {
        var noise = new byte[NoiseBytes];
        new Random(20261123).NextBytes(noise);
        string site = Directory.CreateDirectory(hosts.Seen("web1", "/srv/www/site")).FullName;
        File.WriteAllBytes(Path.Combine(site, Name), noise);
        return noise;
    }

    private static void ShowsNothing(ReadOnlySpan<byte> captured, ReadOnlySpan<byte> noise)
    {
        Assert.True(captured.IndexOf(Encoding.ASCII.GetBytes(Spoken)) >= 0, "the capture does not see what is said among the hosts");
        Assert.True(captured.Length > NoiseBytes, $"only {captured.Length} bytes were captured");
        Assert.True(captured.IndexOf(Encoding.ASCII.GetBytes(Name)) < 0, "the name of a file was on the wire");
        for (int at = 0; at < noise.Length; at += 4096)
            Assert.True(captured.IndexOf(noise.Slice(at, NeedleBytes)) < 0, $"the content of a file was on the wire, at {at}");
    }

    /// <summary>After all that: the certificates are new, director and client were started again, and a job runs.</summary>
    private static void AreSeen(PrivateHosts hosts)
    {
        hosts.Type("main", "backup run job=web1-nightly wait=yes yes").EndsWith(0);
        string members = hosts.Type("main", "backup inspect cluster show").EndsWith(0).Output;
        Assert.Contains("main.example.net:9102", members, StringComparison.Ordinal);
        Assert.Contains("vault.example.net:9102", members, StringComparison.Ordinal);
        Assert.Contains("/user/storage-vault", hosts.Type("main", "backup inspect actors node=vault").EndsWith(0).Output, StringComparison.Ordinal);
        Assert.Contains("backup", hosts.Type("vault", "ps -C backup-node -o user=").EndsWith(0).Output, StringComparison.Ordinal);
    }

    private static void UnitsAreSound(PrivateHosts hosts)
    {
        const string verify = "command -v systemd-analyze >/dev/null || exit 0; systemd-analyze verify /etc/systemd/system/backup-node.service";
        foreach (string host in new[] { "main", "web1" })
            Assert.Equal("", hosts.Type(host, verify).EndsWith(0).Errors);
    }
}
